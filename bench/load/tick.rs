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
    let items = targets(page.split("/tick\"").skip(1));
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

/// Ticks the open items of some orders and takes each back, until so many answers came.
pub fn tick_through(person: &Person, orders: &[String], answers: usize) -> Vec<Duration> {
    let mut times = Vec::new();
    for order in orders {
        let (_, page) = person.get(order);
        for item in targets(page.split("/tick\"").skip(1)) {
            for verb in ["tick", "undo"] {
                if times.len() == answers {
                    return times;
                }
                let began = Instant::now();
                let status = person.post(&format!("{order}/{verb}"), &[("target", &item)]);
                assert_eq!(status, 303, "{verb} {item} of {order}");
                times.push(began.elapsed());
            }
        }
    }
    times
}

/// The items that forms name first.
fn targets<'a>(forms: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for form in forms {
        let Some((_, rest)) = form.split("</form").next().unwrap_or_default().split_once("value=\"item:")
        else {
            continue;
        };
        let item = format!("item:{}", rest.split('"').next().unwrap_or_default());
        if !found.contains(&item) {
            found.push(item);
        }
    }
    found
}
