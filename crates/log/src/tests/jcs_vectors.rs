//! The published RFC 8785 vectors (cyberphone/json-canonicalization) and the RFC's sorting example.

use std::fs;

use serde_json::Value;

use foundation::jcs;

#[test]
fn canonical_json_vectors() {
    let Some(folder) = super::vectors("jcs") else { return };
    let mut count = 0;
    for entry in fs::read_dir(folder.join("input")).unwrap() {
        let input = entry.unwrap().path();
        let name = input.file_name().unwrap();
        let value: Value = serde_json::from_slice(&fs::read(&input).unwrap()).unwrap();
        let expected = fs::read(folder.join("output").join(name)).unwrap();
        let found = jcs::to_bytes(&value).unwrap();
        assert_eq!(
            String::from_utf8_lossy(&found),
            String::from_utf8_lossy(&expected),
            "{}",
            input.display()
        );
        let hex_file = folder.join("outhex").join(name).with_extension("txt");
        let hex: String = fs::read_to_string(hex_file).unwrap().split_whitespace().collect();
        assert_eq!(hex::encode(&found), hex, "{}", input.display());
        count += 1;
    }
    assert!(count >= 6, "{count} files");
    println!("jcs: {count} vectors");
}

#[test]
fn keys_are_sorted_by_utf16_units() {
    // RFC 8785 3.2.3: U+1F600 is a surrogate pair and comes before U+FB33.
    let value = serde_json::json!({"\u{fb33}": 1, "\u{1f600}": 2, "\u{20ac}": 3, "\r": 4, "1": 5});
    let text = String::from_utf8(jcs::to_bytes(&value).unwrap()).unwrap();
    assert_eq!(text, "{\"\\r\":4,\"1\":5,\"\u{20ac}\":3,\"\u{1f600}\":2,\"\u{fb33}\":1}");
}
