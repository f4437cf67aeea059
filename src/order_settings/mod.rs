//! What a project decides about its work orders: the rules of each type, and the currency of its costs. Each change is an
//! event; the guards of orders are given what holds.

pub mod currency;
pub mod policies;
