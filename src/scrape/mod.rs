//! Metrics of this installation for Prometheus: `GET /metrics`.
//!
//! Families are plain data ([`family`]), put together in a [`Registry`] and written by one function
//! ([`text::write`]); whoever has more to tell adds families. What is told here is the health of the installation
//! as a whole, without the name of any project or person, and what was measured of the agents, personas, tenants and
//! workflows that traces name ([`measured`]); all of it is cheap to find out (`docs/decisions/scrape.md`).

pub mod access;
pub mod family;
mod gather;
pub mod measured;
mod pages;
mod process;
mod received;
pub mod registry;
mod routes;
pub mod stored;
pub mod text;

pub use gather::{gather, health};
pub use registry::Registry;
pub use routes::routes;

#[cfg(test)]
mod text_tests;
