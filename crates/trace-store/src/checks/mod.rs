//! What is derived from arrivals held against them: every trace is made anew from what came in, by the rules that made it
//! first, and the first value that differs is named. Receipts are held against what they sign.

mod reads;

pub use reads::{Checked, Roots, Sources, check, check_roots};
