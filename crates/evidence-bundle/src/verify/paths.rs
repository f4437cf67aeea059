//! Which files a bundle may hold: a file under any other name would be looked at by no step.

use foundation::Digest;

use crate::files::{
    CHECKPOINT, ERASED, INPUTS, LEFT_OUT, PAGE, PEM, PINS, POLICY, QUOTES, RECOMPUTE, RESULT, SCRIPT,
    SIGNATURE, SUMS, VKEY,
};

const KNOWN: [&str; 15] = [
    SUMS, SIGNATURE, PAGE, SCRIPT, PEM, VKEY, CHECKPOINT, PINS, ERASED, QUOTES, POLICY, INPUTS, LEFT_OUT,
    RESULT, RECOMPUTE,
];

/// Whether a file of a bundle may have this path.
pub(super) fn is_known(path: &str) -> bool {
    match path.split_once('/') {
        Some(("records", name)) => is_of_record(name),
        Some(("revisions" | "bodies" | "files", name)) => {
            Digest::from_hex(name).is_some_and(|digest| digest.to_hex() == name)
        }
        _ => KNOWN.contains(&path),
    }
}

fn is_of_record(name: &str) -> bool {
    let endings = [".body.json", ".json", ".salt", ".tlog-proof"];
    let place = endings.iter().find_map(|ending| name.strip_suffix(ending));
    place.is_some_and(|place| super::records::place(place).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_that_a_step_looks_at_are_known() {
        let hex = "0123456789abcdef".repeat(4);
        for path in ["checkpoint", "records/7.json", "records/7.body.json", "records/0.salt", "keys/log.pem"]
        {
            assert!(is_known(path), "{path}");
        }
        assert!(is_known(&format!("bodies/{hex}")) && is_known(&format!("revisions/{hex}")));
        for path in [
            "records/07.json",
            "records/.5.json",
            "records/+5.json",
            "records/5.JSON",
            "records/5",
            "records/5.json.bak",
            "records/x.body.json",
            "notes.txt",
            "bodies/x",
            "score/other.csv",
            "records/",
            "records/5/6.json",
        ] {
            assert!(!is_known(path), "{path}");
        }
        assert!(!is_known(&format!("bodies/{}", hex.to_uppercase())) && !is_known(&format!("other/{hex}")));
    }
}
