//! The table that comes with the program.

use super::import::{Table, read};
use foundation::Result;

const TEXT: &str = include_str!("table.json");

/// What it is called; another table that comes with the program has another label.
pub const LABEL: &str = "2026-11";

/// Reads it.
///
/// # Errors
/// None for the table as it is; a test reads it.
pub fn table() -> Result<Table> {
    read(TEXT, "built-in")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_taken_whole() {
        let table = table().unwrap();
        assert_eq!((table.label.as_str(), table.refused), (LABEL, Vec::new()));
        assert!(table.prices.len() > 100, "{}", table.prices.len());
        assert!(table.as_of.is_some() && !table.source.is_empty());
    }
}
