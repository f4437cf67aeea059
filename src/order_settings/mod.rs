//! What a project decides about its work orders: the rules of each type, the currency of its costs, what calls must
//! name, and when its people work. Each
//! change is an event; the guards of orders are given what holds.

pub mod currency;
pub mod hours;
pub mod identity;
pub mod policies;
