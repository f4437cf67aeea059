//! Zip files and folders made to trouble whoever opens them: each is refused in words, within bounds, and writes nothing.

use std::io::{Cursor, Write as _};

use evidence_bundle::{Files, MOST_FILES, files, pack, unpack, verify};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::made::made;
use crate::script::{Folder, script, tools_are_here};

/// The bundle's own files, then what `more` puts in.
fn zipped(files: &Files, more: impl FnOnce(&mut ZipWriter<Cursor<Vec<u8>>>)) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        zip.start_file(path.as_str(), SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    more(&mut zip);
    zip.finish().unwrap().into_inner()
}

/// Gives a file another name of the same length, wherever the zip file says the name.
fn renamed(mut zip: Vec<u8>, from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let places: Vec<usize> = zip
        .windows(from.len())
        .enumerate()
        .filter(|(_, it)| *it == from.as_bytes())
        .map(|(at, _)| at)
        .collect();
    assert_eq!(places.len(), 2, "{from} stands in the list and before its bytes");
    places.into_iter().for_each(|at| zip[at..at + to.len()].copy_from_slice(to.as_bytes()));
    zip
}

fn with_file(files: &Files, name: &str, bytes: &[u8]) -> Vec<u8> {
    zipped(files, |zip| {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    })
}

#[test]
fn a_name_that_leads_out_or_stands_there_twice_is_refused() {
    let made = made(Vec::new());
    let refusal = |zip: &[u8]| {
        let found = unpack(zip).and_then(|files| verify(&files, made.fingerprint()).map(drop));
        found.unwrap_err().to_string()
    };
    assert!(unpack(&zipped(&made.files, |_| {})).is_ok_and(|files| files == made.files));
    for name in [
        "../outside",
        "/outside",
        "records/../../outside",
        "./checkpoint",
        "records//0.json",
        "Checkpoint",
        "RECORDS/0.json",
        "records\\0.json",
        "records/0.json ",
        "records/0.json\n",
        "checkpoint/more",
        "keys/log.pem\u{feff}",
        "records/٣.json",
        "C:outside",
        "-rf",
    ] {
        let refused = refusal(&with_file(&made.files, name, b"x"));
        assert!(refused.contains("not listed") || refused.contains("unpacked"), "{name:?}: {refused}");
    }
    for (other, twin) in [("checkpoinX", "checkpoint"), ("records/0.jsoX", "records/0.json")] {
        for bytes in [b"x".as_slice(), &made.files[twin]] {
            let twice = renamed(with_file(&made.files, other, bytes), other, twin);
            let refused = refusal(&twice);
            assert!(refused.contains("two files of one name"), "{twin}: {refused}");
        }
    }
}

#[test]
fn links_and_devices_are_refused_whatever_they_hold() {
    let made = made(Vec::new());
    let mut files = made.files.clone();
    let checkpoint = files.remove("checkpoint").unwrap();
    let of_kind = |mode: u32| {
        let zip = zipped(&files, |zip| {
            zip.start_file("checkpoint", SimpleFileOptions::default().unix_permissions(0o644)).unwrap();
            zip.write_all(&checkpoint).unwrap();
        });
        // The kind stands in the upper half of the attributes, 38 bytes after the last mark of the list.
        let at = zip.windows(4).rposition(|it| it == b"PK\x01\x02").unwrap() + 40;
        let mut zip = zip;
        zip[at..at + 2].copy_from_slice(&u16::try_from(mode).unwrap().to_le_bytes());
        zip
    };
    assert!(unpack(&of_kind(0o100_644)).is_ok());
    for mode in [0o120_777, 0o010_644, 0o020_644, 0o060_644, 0o140_644] {
        let refused = unpack(&of_kind(mode)).unwrap_err().to_string();
        assert!(refused.starts_with("checkpoint: "), "{mode:o}: {refused}");
    }
}

#[test]
fn a_list_without_end_is_refused_in_time() {
    let made = made(Vec::new());
    // A list of many names, each of nothing.
    let many = zipped(&made.files, |zip| {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        (0..=MOST_FILES).for_each(|place| zip.start_file(format!("{place}"), options).unwrap());
    });
    let refused = unpack(&many).unwrap_err().to_string();
    assert!(refused.contains("no more than"), "{refused}");
}

/// Cut anywhere, or with any byte of its lists altered, a zip file is refused or says the same files as before.
#[test]
fn a_damaged_zip_file_never_says_anything_else() {
    let made = made(Vec::new());
    let whole = pack(&made.files).unwrap();
    for length in (0..whole.len()).step_by(61) {
        assert!(unpack(&whole[..length]).is_err(), "the first {length} bytes of {}", whole.len());
    }
    let (mut refused, mut same) = (0, 0);
    for place in (0..whole.len()).rev().step_by(17) {
        let mut altered = whole.clone();
        altered[place] ^= 0x41;
        match unpack(&altered).and_then(|files| verify(&files, made.fingerprint()).map(|_| files)) {
            Ok(found) => {
                let signed = |all: &Files| -> Files {
                    let is_signed = |path: &str| !files::UNSIGNED.contains(&path);
                    all.iter()
                        .filter(|(path, _)| is_signed(path))
                        .map(|(path, it)| (path.clone(), it.clone()))
                        .collect()
                };
                assert_eq!(signed(&found), signed(&made.files), "byte {place}");
                same += 1;
            }
            Err(_) => refused += 1,
        }
    }
    println!("{refused} altered zip files refused, {same} with the same files");
    assert!(refused > 200);
}

/// What somebody does to a bundle's folder.
type Change<'a> = &'a dyn Fn(&std::path::Path);

/// The script looks at what lies in the folder before it reads any of it.
#[cfg(unix)]
#[test]
fn a_folder_with_odd_things_in_it_is_refused() {
    use std::os::unix::fs::symlink;
    if !tools_are_here() {
        return;
    }
    let made = made(Vec::new());
    let refused = |change: Change<'_>| {
        let folder = Folder::of(&made.files);
        change(&folder.0);
        let by_script = crate::script::script_in(&folder.0, made.fingerprint()).unwrap_err();
        let read = evidence_bundle::read(&folder.0);
        let by_program = read.and_then(|files| verify(&files, made.fingerprint())).unwrap_err().to_string();
        (by_script, by_program)
    };
    let elsewhere = Folder::of(&made.files);
    let pipe = |at: &std::path::Path| {
        std::fs::remove_file(at).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(at).status().unwrap().success());
    };
    let changes: [(&str, Change<'_>); 7] = [
        ("a pipe", &|to| pipe(&to.join("checkpoint"))),
        ("a link to the same bytes", &|to| {
            std::fs::remove_file(to.join("checkpoint")).unwrap();
            symlink(elsewhere.0.join("checkpoint"), to.join("checkpoint")).unwrap();
        }),
        ("a folder that is a link", &|to| {
            std::fs::remove_dir_all(to.join("records")).unwrap();
            symlink(elsewhere.0.join("records"), to.join("records")).unwrap();
        }),
        ("a name of two lines", &|to| {
            std::fs::create_dir_all(to.join("checkpoint\nkeys")).unwrap();
            std::fs::write(to.join("checkpoint\nkeys/log.pem"), "x").unwrap();
        }),
        ("a name like an option", &|to| std::fs::write(to.join("-rf"), "x").unwrap()),
        ("a name with stars", &|to| std::fs::write(to.join("records/*.json"), "x").unwrap()),
        ("a hidden file", &|to| std::fs::write(to.join("bodies/.hidden"), "x").unwrap()),
    ];
    for (what, change) in changes {
        let (by_script, by_program) = refused(change);
        assert!(
            by_script.starts_with("FAILED: ") && !by_program.is_empty(),
            "{what}: {by_script} {by_program}"
        );
    }
    assert!(script(&made.files, made.fingerprint()).is_ok());
}
