//! Orders side by side: the list and the list as a file. Single orders have their pages in `order_pages`.

mod bulk;
mod csv;
mod filters;
mod list;
mod routes;
mod saved;
mod store;
mod views;

pub use routes::routes;
