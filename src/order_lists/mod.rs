//! Orders side by side: the list and the list as a file. Single orders have their pages in `order_pages`.

mod csv;
mod list;
mod routes;

pub use routes::routes;
