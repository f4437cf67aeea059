//! Schedules: orders are made from a procedure on days that come again.
//!
//! Rules: a schedule belongs to one procedure and makes its orders from the version in use at that moment; where there is none, or
//! the procedure, the asset or the assignee is not to be had, it makes none and says why, once, and tries on. A day is a local day
//! of the schedule's zone and is settled once: an order is made for it, it is missed, or skipped. Where the server was off, one
//! order is made for the latest day that came, and the days before it are recorded as missed. After so many orders in a row that
//! nobody touched it stops. Counted by completion, the next day follows the end of the last order, and none is made before.
//! Whatever a signature, a second person or evidence is asked for by the plan or the type is asked of these orders too.

pub mod actions;
pub mod decide;
pub mod events;
pub mod fold;
pub mod model;
pub mod next;
pub(super) mod pages;
mod projection;
pub mod reads;
mod routes;
mod store;
pub mod words;

pub use projection::PROJECTION;
pub use routes::routes;
