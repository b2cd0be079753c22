import { Group, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";

/** One page: its heading, which is also the window's title, and what belongs beside it. */
export const Page = ({
  title,
  subtitle,
  above,
  aside,
  children,
}: {
  readonly title: string;
  readonly subtitle?: ReactNode;
  readonly above?: ReactNode;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}) => {
  useEffect(() => {
    document.title = `${title} · Underseal`;
  }, [title]);
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-end" gap="md">
        <div>
          {above}
          <Title order={1}>{title}</Title>
          {subtitle !== undefined && (
            <Text c="dimmed" component="div" mt={4}>
              {subtitle}
            </Text>
          )}
        </div>
        {aside}
      </Group>
      {children}
    </Stack>
  );
};
