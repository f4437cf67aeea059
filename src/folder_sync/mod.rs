//! A folder of Markdown files and the orders of a project, kept in step both ways (`docs/decisions/folders.md`).
//!
//! What a file and its order were when they were last in step stands in the folder ([`state`]); where both changed the same words
//! since, nothing is chosen: the three texts wait in the database until somebody decides on the order's page.

pub mod actions;
pub mod files;
pub mod model;
mod pages;
mod routes;
pub mod state;
pub mod store;

pub use routes::routes;
