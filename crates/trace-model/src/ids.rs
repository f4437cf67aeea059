//! Ids as clients choose them: free text with few rules.

/// The longest id taken, in characters.
pub const MAX_ID_CHARS: usize = 800;

/// The longest id taken, in bytes: a trace and an observation together must fit into an index of either database.
pub const MAX_ID_BYTES: usize = 1_200;

/// Why an id cannot be taken, if it cannot.
pub fn id_fault(id: &str) -> Option<String> {
    if id.is_empty() {
        return Some("must not be empty".into());
    }
    // Bytes bound characters from above, so short ids are never counted.
    if id.len() > MAX_ID_CHARS && id.chars().count() > MAX_ID_CHARS {
        return Some(format!("must have at most {MAX_ID_CHARS} characters"));
    }
    if id.len() > MAX_ID_BYTES {
        return Some(format!("must have at most {MAX_ID_BYTES} bytes in UTF-8"));
    }
    id.contains('\0').then(|| "must not contain NUL".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_one_to_eight_hundred_characters_fit_an_index_and_have_no_nul() {
        assert_eq!(id_fault("trace-rag-0001"), None);
        assert_eq!(id_fault(&"x".repeat(800)), None);
        assert_eq!(id_fault(&"é".repeat(600)), None);
        assert!(id_fault(&"é".repeat(601)).is_some());
        assert!(id_fault(&"x".repeat(801)).is_some());
        assert!(id_fault("").is_some());
        assert!(id_fault("a\0b").is_some());
    }
}
