//! The bounded queue in front of the SQLite writer: interactive work goes before ingest, and between two groups the
//! checkpointer may have a turn.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::Lane;

/// A two-lane bounded queue; `close` lets the writer drain it and end.
pub(super) struct Queue<T> {
    state: Mutex<State<T>>,
    arrived: Condvar,
    limit: usize,
}

struct State<T> {
    interactive: VecDeque<T>,
    ingest: VecDeque<T>,
    log_is_long: bool,
    closed: bool,
}

/// What the writer does next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next<T> {
    /// A group that begins with this job.
    Write(T),
    BeginLogAnew,
}

impl<T> Queue<T> {
    /// A queue that holds at most `limit` jobs in each lane.
    pub(super) fn bounded(limit: usize) -> Self {
        let state = State {
            interactive: VecDeque::new(),
            ingest: VecDeque::new(),
            log_is_long: false,
            closed: false,
        };
        Self { state: Mutex::new(state), arrived: Condvar::new(), limit }
    }

    /// Gives the job back when the lane is full or the queue is closed.
    pub(super) fn push(&self, lane: Lane, job: T) -> Result<(), T> {
        let mut state = self.lock();
        let closed = state.closed;
        let queue = match lane {
            Lane::Interactive => &mut state.interactive,
            Lane::Ingest => &mut state.ingest,
        };
        if closed || queue.len() >= self.limit {
            return Err(job);
        }
        queue.push_back(job);
        drop(state);
        self.arrived.notify_one();
        Ok(())
    }

    /// The next job at once, if there is one.
    pub(super) fn try_pop(&self) -> Option<T> {
        let mut state = self.lock();
        state.interactive.pop_front().or_else(|| state.ingest.pop_front())
    }

    /// The next interactive job at once, if there is one.
    pub(super) fn try_pop_interactive(&self) -> Option<T> {
        self.lock().interactive.pop_front()
    }

    /// Asks for a turn between two groups, before whatever is waiting.
    pub(super) fn ask_for_new_log(&self) {
        self.lock().log_is_long = true;
        self.arrived.notify_one();
    }

    /// Waits for something to do; `None` when the queue is closed and empty.
    pub(super) fn pop(&self) -> Option<Next<T>> {
        let mut state = self.lock();
        loop {
            if std::mem::take(&mut state.log_is_long) {
                return Some(Next::BeginLogAnew);
            }
            if let Some(job) = state.interactive.pop_front().or_else(|| state.ingest.pop_front()) {
                return Some(Next::Write(job));
            }
            if state.closed {
                return None;
            }
            state = self.arrived.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Takes no more jobs; those inside are still done.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.arrived.notify_all();
    }

    /// How many wait in the lanes of people and of ingest.
    pub(super) fn lengths(&self) -> (usize, usize) {
        let state = self.lock();
        (state.interactive.len(), state.ingest.len())
    }

    #[cfg(test)]
    pub(super) fn is_full(&self) -> bool {
        self.lock().interactive.len() >= self.limit
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interactive_work_overtakes_ingest_and_a_full_lane_refuses() {
        let queue = Queue::bounded(2);
        assert_eq!(queue.push(Lane::Ingest, 1), Ok(()));
        assert_eq!(queue.push(Lane::Ingest, 2), Ok(()));
        assert_eq!(queue.push(Lane::Ingest, 3), Err(3));
        assert_eq!(queue.push(Lane::Interactive, 9), Ok(()));
        assert_eq!([queue.try_pop_interactive(), queue.try_pop_interactive()], [Some(9), None]);
        assert_eq!(queue.push(Lane::Interactive, 9), Ok(()));
        assert_eq!(queue.lengths(), (1, 2));
        assert_eq!([queue.try_pop(), queue.try_pop(), queue.try_pop()], [Some(9), Some(1), Some(2)]);
        assert_eq!(queue.try_pop(), None);
    }

    #[test]
    fn a_closed_queue_is_drained_and_takes_nothing_new() {
        let queue = Queue::bounded(2);
        assert_eq!(queue.push(Lane::Interactive, 1), Ok(()));
        queue.close();
        assert_eq!(queue.push(Lane::Interactive, 2), Err(2));
        assert_eq!(queue.pop(), Some(Next::Write(1)));
        assert_eq!(queue.pop(), None);
    }

    #[test]
    fn the_log_has_its_turn_before_what_waits_and_only_once() {
        let queue = Queue::bounded(2);
        assert_eq!(queue.push(Lane::Interactive, 1), Ok(()));
        queue.ask_for_new_log();
        queue.ask_for_new_log();
        assert_eq!(queue.pop(), Some(Next::BeginLogAnew));
        assert_eq!(queue.pop(), Some(Next::Write(1)));
    }
}
