//! MCP: the Model Context Protocol, by which agents find work, do it and bring its evidence, at one address for both of its
//! eras.
//!
//! Rules: a tool is the very action that a page calls, and what an action refuses stays refused here, with its rule and what
//! would lift it. There is no tool to sign, approve, judge, verify or close. An answer that comes back through an agent's client
//! is the agent's word, never a person's. Nothing is kept between two calls.

mod api;
mod dispatch;
mod eras;
mod fields;
mod order_json;
mod refusals;
mod request_state;
mod resources;
mod routes;
mod rpc;
mod tools;

pub use routes::routes;
