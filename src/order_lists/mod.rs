//! Orders side by side: the list, the list as a file, the board by state and the calendar by due day. Single orders have their
//! pages in `order_pages`.

mod board;
mod bulk;
mod calendar;
mod cards;
mod csv;
mod due_days;
mod filters;
mod handing_over;
mod list;
mod moving;
mod moving_day;
mod routes;
mod saved;
mod views;
mod weeks;

pub use filters::asked_for;
pub use routes::routes;
