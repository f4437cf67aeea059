//! Somebody who holds the log's key signs a bundle that does not hold together: the steps after the second find it.

use foundation::Digest;

use crate::made::{OUTPUT, Record, erased, image, made, pinned, quote_line, revision, stated};
use crate::script::{refused, tools_are_here};

#[test]
fn a_signed_list_does_not_save_what_is_wrong_inside() {
    let made = made(Vec::new());
    let with_script = tools_are_here();
    let body = format!("bodies/{}", Digest::of(OUTPUT.as_bytes()));
    for (files, named) in [
        (made.edited("checkpoint", "\n5\n", "\n6\n"), "checkpoint"),
        (made.edited("records/0.json", "\"project\":\"1\"", "\"project\":\"2\""), "records/0.json"),
        (made.edited("records/0.body.json", "Started", "Stopped"), "records/0.body.json"),
        (made.edited("records/0.tlog-proof", "index 0", "index 1"), "records/0.tlog-proof"),
        (made.with("records/0.salt", "x"), "records/0.body.json"),
        (made.edited("pins.tsv", "2\t", "3\t"), "pins.tsv"),
        (made.with(&format!("revisions/{}", Digest::of(image().as_bytes())), "x"), "revisions/"),
        (made.with(&body, "x"), &body),
        (made.with(&format!("bodies/{}", Digest::of(b"x")), "x"), "bodies/"),
        (made.edited("quotes.tsv", "3\t", "2\t"), "quotes.tsv"),
        (made.edited("quotes.tsv", "\t21\t", "\t22\t"), "quotes.tsv"),
        (made.edited("score/result.json", "\"coverage\":5000", "\"coverage\":9000"), "score/result.json"),
        (made.edited("score/inputs.csv", "1000,1000,1000,1000", "1000,1000,1000,2000"), "score/inputs.csv"),
        (made.edited("score/inputs.csv", "supported", "refuted"), "score/"),
        (made.edited("score/inputs.csv", "claim-1", "claim-9"), "score/inputs.csv"),
    ] {
        refused(&made, &files, named, with_script);
    }
}

#[test]
fn words_that_a_statement_does_not_quote_are_refused() {
    let made = made(vec![stated()]);
    let with_script = tools_are_here();
    let line = quote_line(4, "default after timeout");
    for wrong in [line.replace("\t21\t", "\t20\t"), line.replacen('4', "2", 1), line.replacen('4', "0", 1)] {
        refused(&made, &made.with("quotes.tsv", wrong), "quotes.tsv", with_script);
    }
}

#[test]
fn an_erasure_that_no_record_tells_of_is_refused() {
    let made = made(vec![erased()]);
    let with_script = tools_are_here();
    let without = |line: String| {
        made.resealed(|files| {
            files.retain(|path, _| !path.starts_with("revisions/") && !path.starts_with("bodies/"));
            files.insert("pins.tsv".to_owned(), Vec::new());
            files.insert("quotes.tsv".to_owned(), Vec::new());
            files.insert("erased.tsv".to_owned(), line.into_bytes());
        })
    };
    let revision = revision();
    refused(&made, &made.with("erased.tsv", format!("2\t{revision}\t4\n")), "erased.tsv", with_script);
    for line in [
        format!("2\t{revision}\t3\n"),
        format!("0\t{revision}\t4\n"),
        format!("2\t{}\t4\n", Digest::of(b"x")),
    ] {
        refused(&made, &without(line), "erased.tsv", with_script);
    }
}

/// Only what a leaf stands for is a record, under the one name that its place in the log gives it.
#[test]
fn what_stands_in_no_log_pins_nothing() {
    let made = made(vec![Record { kind: "work_order.log_added.v1", ..pinned() }]);
    let with_script = tools_are_here();
    let pin = |index: &str| format!("{index}\t{}\n", revision());
    // A leaf of another kind whose body says that it pins.
    refused(&made, &made.with("pins.tsv", pin("4")), "pins.tsv", with_script);
    let body = made.files["records/2.body.json"].clone();
    for name in ["9", "02", "+2", "x"] {
        let files = made.resealed(|files| {
            files.insert(format!("records/{name}.body.json"), body.clone());
            files.insert("pins.tsv".to_owned(), pin(name).into_bytes());
        });
        // One names the table that points there, the other the file that stands there.
        let named = if name == "9" { "record".to_owned() } else { format!("records/{name}") };
        refused(&made, &files, &named, with_script);
    }
    for name in ["02", "x"] {
        let copied = made.resealed(|files| {
            for ending in ["json", "tlog-proof", "body.json", "salt"] {
                files.insert(
                    format!("records/{name}.{ending}"),
                    files[&format!("records/2.{ending}")].clone(),
                );
            }
        });
        refused(&made, &copied, &format!("records/{name}"), with_script);
    }
}

/// Each row that moves the score is a verdict of the log, once, as it was given.
#[test]
fn a_row_without_its_own_verdict_is_refused() {
    let made = made(Vec::new());
    let with_script = tools_are_here();
    let table = String::from_utf8(made.files["score/inputs.csv"].clone()).unwrap();
    let row = table.lines().nth(1).unwrap();
    let inputs = "score/inputs.csv";
    let twice = table.replacen(row, &format!("{row}\n{row}"), 1);
    for (files, named) in [
        (made.edited(inputs, "1,2,3,human", "1,2,,human"), inputs),
        (made.with(inputs, twice), inputs),
        (made.edited(inputs, "independent", "own"), inputs),
        (made.edited(inputs, "1,2,3,human", "1,2,0,human"), inputs),
        (made.edited(inputs, "1,2,3,human", "1,2,9,human"), "records/9.json"),
        (made.edited(inputs, "1,2,3,human", "1,2,x,human"), "records/x.json"),
    ] {
        refused(&made, &files, named, with_script);
    }
    let withheld = made.resealed(|files| {
        files.remove("records/0.body.json");
        files.insert(inputs.to_owned(), table.replacen("1,2,3,human", "1,2,0,human", 1).into_bytes());
    });
    refused(&made, &withheld, inputs, with_script);
}
