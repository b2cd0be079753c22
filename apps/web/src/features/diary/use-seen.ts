import { useEffect, useRef } from "react";

/** How far outside the window a cell already counts: pictures are open when one scrolls to them. */
const MARGIN = "300px";

/** Calls back once when the element comes into view. */
export const useSeen = <Target extends Element>(onSeen: () => void) => {
  const target = useRef<Target>(null);
  const callback = useRef(onSeen);
  callback.current = onSeen;
  useEffect(() => {
    if (target.current === null) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        observer.disconnect();
        callback.current();
      },
      { rootMargin: MARGIN },
    );
    observer.observe(target.current);
    return () => observer.disconnect();
  }, []);
  return target;
};
