//! Notices: who is told of what happened, on their page, by mail and by webhook.
//!
//! A follower of the log ([`follow`]) reads each event once, decides purely whom it concerns ([`decide`]), and writes a row for each of
//! them with the mail that they want of it. Mails and webhooks are jobs of the queue. How each part works stands in
//! `docs/decisions/notices.md`.

pub mod actions;
pub mod decide;
pub mod events;
mod facts;
pub mod follow;
pub mod given_up;
mod giving;
pub mod hooks;
mod jobs;
pub mod kinds;
pub mod mail;
pub mod middleware;
pub mod model;
pub mod morning;
mod pages;
pub mod prune;
pub mod reads;
mod routes;
mod shown_once;
mod store;

pub use jobs::jobs;
pub use routes::routes;
pub use shown_once::ShownSecrets;
