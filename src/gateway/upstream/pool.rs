//! Connections that wait for the next call, by thread: a socket is driven by the thread that opened it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::place::Place;
use super::wire::Wire;

/// How long one waits. Short, so that an upstream does not close it just when it is used: the call would be lost, since it
/// is never sent again.
const LONGEST: Duration = Duration::from_secs(15);
/// How many wait for one place.
const MOST: usize = 64;

thread_local! {
    static IDLE: RefCell<HashMap<Place, Vec<(Instant, Wire)>>> = RefCell::default();
}

/// One that is still open, the one used last before others.
pub fn take(place: &Place) -> Option<Wire> {
    IDLE.with_borrow_mut(|idle| {
        let waiting = idle.get_mut(place)?;
        waiting.retain(|(since, _)| since.elapsed() < LONGEST);
        while let Some((_, mut wire)) = waiting.pop() {
            if wire.is_fresh() {
                return Some(wire);
            }
        }
        None
    })
}

/// Keeps one.
pub fn put(place: &Place, wire: Wire) {
    IDLE.with_borrow_mut(|idle| {
        let waiting = idle.entry(place.clone()).or_default();
        waiting.retain(|(since, _)| since.elapsed() < LONGEST);
        if waiting.len() < MOST {
            waiting.push((Instant::now(), wire));
        }
    });
}
