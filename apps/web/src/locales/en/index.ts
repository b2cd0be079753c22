import { common } from "./common.ts";
import { contracts } from "./contracts.ts";
import { devices } from "./devices.ts";
import { diary } from "./diary.ts";
import { gossip } from "./gossip.ts";
import { keys } from "./keys.ts";
import { money } from "./money.ts";
import { segment } from "./segment.ts";
import { session } from "./session.ts";

export const en = { common, contracts, devices, diary, gossip, keys, money, segment, session } as const;
