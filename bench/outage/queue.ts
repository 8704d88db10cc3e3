type Event = { at: number; order: number; run: () => void };

const isBefore = (a: Event, b: Event) => a.at < b.at || (a.at === b.at && a.order < b.order);

/** What is yet to happen: earliest first, and in the order of asking what happens at once (a binary heap). */
export function createQueue() {
  const heap: Event[] = [];
  let orders = 0;

  function add(at: number, run: () => void) {
    const event = { at, order: orders++, run };
    let hole = heap.length;
    while (hole) {
      const parent = (hole - 1) >> 1;
      if (isBefore(heap[parent], event)) break;
      heap[hole] = heap[parent];
      hole = parent;
    }
    heap[hole] = event;
  }

  function take(): Event | undefined {
    const first = heap[0];
    const last = heap.pop();
    if (!last || !heap.length) return first;
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child++;
      if (child >= heap.length || isBefore(last, heap[child])) break;
      heap[hole] = heap[child];
      hole = child;
    }
    heap[hole] = last;
    return first;
  }

  return { add, take };
}
