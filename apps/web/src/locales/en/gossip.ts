export const gossip = {
  title: "Alarm: the public log has told two stories",
  codes: {
    FORK: "Two signed states of the log contradict each other: one of you was shown another history.",
    EQUIVOCATION: "The log has signed two different states of one size: one of you was shown another history.",
    ROLLBACK: "The log has signed more than it shows the public now: something was taken back.",
  },
  more: "Noticed {{at}}. Records proven by this log can no longer be relied on. Keep both signed notes, and show them to the other side, the log's witnesses or an arbiter: together they prove it.",
  known: "Save the state shown to you",
  shown: "Save the other state",
} as const;
