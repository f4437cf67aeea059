//! What changes prices and costs.

pub mod fill_parts;
pub mod import_table;
pub mod override_price;
pub mod reprice;
