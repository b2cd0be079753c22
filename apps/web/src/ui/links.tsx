// The router's links in Mantine's clothes.
import { Anchor, type AnchorProps, Button, type ButtonProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { ComponentPropsWithRef } from "react";

type AnchorTag = Omit<ComponentPropsWithRef<"a">, "style" | "color">;

const MantineAnchor = (props: AnchorProps & AnchorTag) => <Anchor {...props} />;
const MantineButton = (props: ButtonProps & AnchorTag) => <Button component="a" {...props} />;

export const AnchorLink = createLink(MantineAnchor);
export const ButtonLink = createLink(MantineButton);
