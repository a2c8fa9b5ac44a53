//! Work on many items over the cores, with results in the order of the items.
//!
//! Border: threads and order. What is done to an item is the caller's matter.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

/// Does `work` to each item, on as many threads as there are cores, and hands each result to `done` in the order
/// of the items. Once `done` fails no further item is begun.
pub fn in_order<T: Sync, R: Send, E>(
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
    mut done: impl FnMut(R) -> Result<(), E>,
) -> Result<(), E> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(items.len());
    if threads <= 1 {
        return items.iter().try_for_each(|item| done(work(item)));
    }
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        let (sender, results) = mpsc::channel();
        for _ in 0..threads {
            let (sender, next, work) = (sender.clone(), &next, &work);
            scope.spawn(move || {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(at) else { break };
                    if sender.send((at, work(item))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        hand_over(&results, &mut done)
    })
}

fn hand_over<R, E>(results: &mpsc::Receiver<(usize, R)>, done: &mut impl FnMut(R) -> Result<(), E>) -> Result<(), E> {
    let mut early = BTreeMap::new();
    let mut expected = 0;
    for (at, result) in results {
        early.insert(at, result);
        while let Some(result) = early.remove(&expected) {
            done(result)?;
            expected += 1;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::in_order;

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let items: Vec<u64> = (0..50).collect();
        let mut seen = Vec::new();
        let work = |&item: &u64| {
            std::thread::sleep(Duration::from_micros(item * 7919 % 500));
            item
        };
        in_order(&items, work, |item| {
            seen.push(item);
            Ok::<_, ()>(())
        })
        .expect("nothing fails");
        assert_eq!(seen, items);
    }

    #[test]
    fn a_failure_ends_the_work_soon() {
        let items: Vec<u32> = (0..10_000).collect();
        let begun = AtomicUsize::new(0);
        let work = |&item: &u32| {
            begun.fetch_add(1, Ordering::Relaxed);
            std::thread::sleep(Duration::from_micros(50));
            item
        };
        assert_eq!(in_order(&items, work, |item| if item == 3 { Err("three") } else { Ok(()) }), Err("three"));
        assert!(begun.load(Ordering::Relaxed) < items.len());
    }
}
