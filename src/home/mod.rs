//! The first page: what is mine to do, what is late, what came in and what was learnt. Reads only.

mod pages;
mod reads;
mod routes;

pub use routes::routes;
