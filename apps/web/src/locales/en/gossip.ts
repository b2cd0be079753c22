export const gossip = {
  caught: {
    title: "Alarm: the public log has told two stories",
    more: "Noticed {{at}}. Records proven by this log can no longer be relied on. Keep both signed notes, and show them to the other side, the log's witnesses or an arbiter: together they prove it.",
  },
  silent: {
    title: "Alarm: the public log does not show what would compare it",
    more: "Noticed {{at}}. Unless your connection was down, ask the other side or a witness what they were shown, and keep the signed notes: only then a fork can be told from an outage.",
  },
  codes: {
    FORK: "Two signed states of the log contradict each other: one of you was shown another history.",
    EQUIVOCATION: "The log has signed two different states of one size: one of you was shown another history.",
    ROLLBACK: "The log has signed more than it shows the public now: something was taken back.",
    WITHHELD:
      "For more than ten minutes nothing could be had that shows whether two signed states of the log agree: it is down, or it withholds what would tell.",
  },
  troubles: {
    damaged: {
      title: "Alarm: what this browser remembered of the log is damaged",
      text: "Some of it could not be read, alarms perhaps among it. What is left is used, and what was found is kept in this browser's storage. Ask the other side, or a monitor, whether the log was ever caught.",
    },
    full: {
      title: "This browser has no room to remember the log",
      text: "Not everything it has seen of the log outlives this page; alarms are kept first. Save both states of any alarm now, and make room in this browser's storage.",
    },
  },
  known: "Save the state shown to you",
  shown: "Save the other state",
} as const;
