//! The documented API on both databases: what each operation does, whom it refuses and how, and that nothing of it is undocumented.

mod alerts;
mod budgets;
pub mod caller;
mod costs;
mod delegation;
mod documented;
mod evidence;
mod fleet;
mod handoffs;
mod orders;
mod refusals;
mod rounds;
mod shop;
mod work;
