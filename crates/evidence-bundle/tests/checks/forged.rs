//! Somebody who holds the log's key signs a bundle that does not hold together: the steps after the second find it.

use foundation::Digest;

use crate::made::{OUTPUT, erased, image, made, quote_line, revision, stated};
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
        format!("3\t{revision}\t4\n"),
        format!("2\t{}\t4\n", Digest::of(b"x")),
    ] {
        refused(&made, &without(line), "erased.tsv", with_script);
    }
}
