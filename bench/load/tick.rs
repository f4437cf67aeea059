//! A technician who ticks and unticks items while traces pour in.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::server::Person;

/// How often somebody ticks.
const PAUSE: Duration = Duration::from_millis(50);

/// Ticks an order's items in turn, each twice (set, undone), until told to stop; gives the answer times.
pub fn keep_ticking(person: &Person, order: &str, stop: &AtomicBool) -> Vec<Duration> {
    let (status, page) = person.get(&format!("/work-orders/{order}"));
    assert_eq!(status, 200, "the order {order} is there");
    let items = targets(&page);
    assert!(!items.is_empty(), "the order {order} has items to tick");
    let mut times = Vec::new();
    for (round, item) in items.iter().cycle().enumerate() {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let verb = if (round / items.len()).is_multiple_of(2) { "tick" } else { "undo" };
        let began = Instant::now();
        let status = person.post(&format!("/work-orders/{order}/{verb}"), &[("target", item)]);
        assert_eq!(status, 303, "{verb} {item}");
        times.push(began.elapsed());
        std::thread::sleep(PAUSE);
    }
    times
}

fn targets(page: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for part in page.split("value=\"item:").skip(1) {
        let item = format!("item:{}", part.split('"').next().unwrap_or_default());
        if !found.contains(&item) {
            found.push(item);
        }
    }
    found
}
