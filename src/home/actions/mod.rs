//! What a new project is helped with: a sample order, and a trace sent with a key to see that it works.

mod sample_order;
mod test_key;

pub(super) use sample_order::sample_order;
pub(super) use test_key::{NewTest, test_key};
