//! Turns at costly work: a few at once, and those who wait are served by whom they come from, one of each in turn.
//!
//! A flood from one place waits behind itself: somebody from elsewhere has the next turn but one.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::foundation::{Error, Result};

/// How many may have a turn and wait for one.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    pub at_once: usize,
    /// Waiting in all.
    pub waiting: usize,
    /// Waiting from one place.
    pub of_one: usize,
}

/// Hands out turns.
pub struct Turns {
    bounds: Bounds,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    running: usize,
    waiting: usize,
    /// One line for each place that waits; the first has the next turn and then goes to the end.
    lines: VecDeque<Line>,
}

struct Line {
    whose: String,
    waiting: VecDeque<oneshot::Sender<Turn>>,
}

/// A turn; dropping it passes it on.
pub struct Turn(Arc<Turns>);

impl Turns {
    /// Nobody waits yet.
    pub fn new(bounds: Bounds) -> Arc<Self> {
        Arc::new(Self { bounds, state: Mutex::default() })
    }

    /// Waits for a turn; "busy" when too many wait already.
    pub async fn take(self: &Arc<Self>, whose: &str) -> Result<Turn> {
        let coming = {
            let mut state = self.state();
            if state.running < self.bounds.at_once {
                state.running += 1;
                None
            } else {
                Some(state.join(whose, self.bounds)?)
            }
        };
        match coming {
            None => Ok(Turn(Arc::clone(self))),
            Some(coming) => coming.await.map_err(Error::internal),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let next = {
            let mut state = self.0.state();
            let next = state.next();
            if next.is_none() {
                state.running = state.running.saturating_sub(1);
            }
            next
        };
        if let Some(next) = next {
            // Whoever does not wait any more gives the turn back here, and it goes to the next.
            drop(next.send(Self(Arc::clone(&self.0))));
        }
    }
}

impl State {
    fn join(&mut self, whose: &str, bounds: Bounds) -> Result<oneshot::Receiver<Turn>> {
        let busy = || Error::Busy { retry_after_s: 2 };
        if self.waiting >= bounds.waiting {
            return Err(busy());
        }
        let place = self.lines.iter().position(|line| line.whose == whose).unwrap_or_else(|| {
            self.lines.push_back(Line { whose: whose.to_owned(), waiting: VecDeque::new() });
            self.lines.len() - 1
        });
        let line =
            self.lines.get_mut(place).filter(|line| line.waiting.len() < bounds.of_one).ok_or_else(busy)?;
        let (sender, coming) = oneshot::channel();
        line.waiting.push_back(sender);
        self.waiting += 1;
        Ok(coming)
    }

    fn next(&mut self) -> Option<oneshot::Sender<Turn>> {
        while let Some(mut line) = self.lines.pop_front() {
            let Some(next) = line.waiting.pop_front() else { continue };
            self.waiting = self.waiting.saturating_sub(1);
            if !line.waiting.is_empty() {
                self.lines.push_back(line);
            }
            return Some(next);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    const FEW: Bounds = Bounds { at_once: 1, waiting: 6, of_one: 4 };

    /// Asks once whether a future is done.
    fn poll<F: Future>(future: std::pin::Pin<&mut F>) -> Poll<F::Output> {
        future.poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn one_from_elsewhere_does_not_wait_behind_a_flood() {
        let turns = Turns::new(FEW);
        let Poll::Ready(Ok(first)) = poll(pin!(turns.take("flood"))) else { panic!("nobody was there") };
        let (mut second, mut third) = (pin!(turns.take("flood")), pin!(turns.take("flood")));
        assert!(poll(second.as_mut()).is_pending() && poll(third.as_mut()).is_pending());
        let mut somebody = pin!(turns.take("somebody"));
        assert!(poll(somebody.as_mut()).is_pending());
        drop(first);
        let Poll::Ready(Ok(turn)) = poll(second.as_mut()) else { panic!("the flood came first") };
        assert!(poll(somebody.as_mut()).is_pending());
        drop(turn);
        let Poll::Ready(Ok(turn)) = poll(somebody.as_mut()) else { panic!("the next turn is somebody's") };
        assert!(poll(third.as_mut()).is_pending());
        drop(turn);
        assert!(matches!(poll(third.as_mut()), Poll::Ready(Ok(_))));
    }

    #[test]
    fn whoever_leaves_gives_the_turn_on_and_lines_are_bounded() {
        let turns = Turns::new(FEW);
        let Poll::Ready(Ok(first)) = poll(pin!(turns.take("a"))) else { panic!("nobody was there") };
        {
            let mut leaving = pin!(turns.take("a"));
            assert!(poll(leaving.as_mut()).is_pending());
        }
        let mut stays: Vec<_> = (0..3).map(|_| Box::pin(turns.take("a"))).collect();
        assert!(stays.iter_mut().all(|it| poll(it.as_mut()).is_pending()));
        assert!(matches!(poll(pin!(turns.take("a"))), Poll::Ready(Err(Error::Busy { .. }))), "four of one");
        let mut others: Vec<_> = (0..2).map(|_| Box::pin(turns.take("b"))).collect();
        assert!(others.iter_mut().all(|it| poll(it.as_mut()).is_pending()));
        assert!(matches!(poll(pin!(turns.take("c"))), Poll::Ready(Err(Error::Busy { .. }))), "six in all");
        drop(first);
        assert!(
            matches!(poll(others[0].as_mut()), Poll::Ready(Ok(_))),
            "the turn of the one who left went on"
        );
    }
}
