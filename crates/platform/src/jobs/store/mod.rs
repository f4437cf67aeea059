//! Rows of jobs and schedules, in and out.

mod claim;
mod ended;
mod enqueue;
mod keepers;
mod schedules;

pub use ended::{call_off_named, prune};
pub use enqueue::{enqueue, is_to_come};

pub(super) use claim::{Claimed, Renewed, claim, has_due, is_held, reap, renew};
pub(super) use ended::{
    bury, by_hand, call_off, cancel, finish, give_back, is_taken, put_off, restart, set_progress,
};
pub(super) use enqueue::wake;
pub(super) use keepers::is_admin_elsewhere_too;
pub(super) use schedules::{
    ScheduleRow, ScheduleSpec, due_schedules, has_due_schedule, mark_run, put_schedule, remove_schedule,
    schedule, set_next_run, set_paused,
};
