//! Keys, notes and checkpoints: the specification's own examples, RFC 8032, mutations, and openssl as a stranger.

use std::process::Command;

use proptest::prelude::*;

use crate::checkpoint::Checkpoint;
use crate::keys::{KeyName, SignerKey, VerifierKey};
use crate::note::Note;
use crate::tree::TreeHead;
use foundation::Digest;
use foundation::ids::random_bytes;

/// The example of C2SP signed-note.
const VKEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const NOTE: &str = "This is an example message.\n\n\u{2014} example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

fn signer(name: &str) -> SignerKey {
    let seed = Digest::of(name.as_bytes());
    SignerKey::from_secret(KeyName::new(name).unwrap(), &seed.0)
}

fn head() -> TreeHead {
    TreeHead { size: 20_852_163, root: Digest::of(b"root") }
}

#[test]
fn the_published_example_verifies_and_prints_again() {
    let key = VerifierKey::parse(VKEY).unwrap();
    assert_eq!(key.to_string(), VKEY);
    assert_eq!(hex::encode(key.id()), "530d903a");
    let note = Note::parse(NOTE).unwrap();
    assert_eq!(note.text(), "This is an example message.\n");
    assert_eq!(note.verify(std::slice::from_ref(&key)).unwrap(), [&key]);
    assert_eq!(note.to_string(), NOTE);
}

#[test]
fn the_published_checkpoints_parse() {
    let plain = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    let signed = format!(
        "{plain}\n\u{2014} example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\u{2014} witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
    );
    let note = Note::parse(&signed).unwrap();
    assert_eq!(note.signatures().len(), 2);
    assert_eq!(hex::encode(note.signatures()[1].key_id), "8d66cf3f");
    let checkpoint = Checkpoint::parse(note.text()).unwrap();
    assert_eq!(
        (checkpoint.origin.as_str(), checkpoint.head.size),
        ("example.com/behind-the-sofa", 20_852_163)
    );
    assert_eq!(checkpoint.to_string(), plain);
    assert_eq!(note.to_string(), signed);
}

#[test]
fn keys_follow_rfc_8032() {
    // RFC 8032 section 7.1, test 2: one byte.
    let secret = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
    let public = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
    let signature = concat!(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da",
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    );
    let key = SignerKey::from_secret(KeyName::new("x").unwrap(), &Digest::from_hex(secret).unwrap().0);
    assert_eq!(hex::encode(key.sign(&[0x72])), signature);
    assert!(key.verifier().verifies(&[0x72], &hex::decode(signature).unwrap()));
    assert!(!key.verifier().verifies(&[0x73], &hex::decode(signature).unwrap()));
    // The DER of an Ed25519 public key is a fixed head and the key (RFC 8410 section 4).
    let der = hex::decode(format!("302a300506032b6570032100{public}")).unwrap();
    assert_eq!(key.verifier().fingerprint().unwrap(), Digest::of(&der));
}

#[test]
fn secret_keys_survive_pem_and_are_never_printed() {
    let key = SignerKey::generate(KeyName::new("example.com/log").unwrap());
    let pem = key.to_pem().unwrap();
    let again = SignerKey::from_pem(KeyName::new("example.com/log").unwrap(), &pem).unwrap();
    assert_eq!(again.verifier(), key.verifier());
    assert_eq!(*again.secret(), *key.secret());
    assert!(!format!("{key:?}").contains(&hex::encode(*key.secret())));
    assert_ne!(key.verifier(), SignerKey::generate(KeyName::new("example.com/log").unwrap()).verifier());
    let public = key.verifier().to_pem().unwrap();
    assert!(
        SignerKey::from_pem(KeyName::new("x").unwrap(), &public).is_err(),
        "a public key is not a secret one"
    );
    let moved = key.renamed(KeyName::new("example.com/log2").unwrap()).verifier();
    assert_eq!(moved.fingerprint().unwrap(), key.verifier().fingerprint().unwrap());
    assert_ne!(moved.id(), key.verifier().id());
}

#[test]
fn bad_vkeys_and_names_are_refused() {
    let cases = [
        "example.com/foo",
        "example.com/foo+530d903a",
        "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/fop+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+BOkyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3Q==",
        "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    ];
    for vkey in cases {
        assert!(VerifierKey::parse(vkey).is_err(), "{vkey}");
    }
    for name in ["", "a b", "a+b", "a\nb", "a\u{2003}b", "a\u{0}"] {
        assert!(KeyName::new(name).is_err(), "{name:?}");
    }
}

#[test]
fn sixteen_and_more_signatures_are_taken_and_strangers_passed_over() {
    let ours = signer("example.com/log");
    let mut note = Note::sign("text\n", &signer("stranger0.example")).unwrap();
    (1..20).for_each(|n| note.add_signature(&signer(&format!("stranger{n}.example"))));
    let text = note.to_string();
    assert!(Note::parse(&text).unwrap().verify(&[ours.verifier()]).is_err(), "only strangers signed");
    note.add_signature(&ours);
    note.add_signature(&ours);
    let note = Note::parse(&note.to_string()).unwrap();
    assert_eq!(note.signatures().len(), 22);
    let third = signer("stranger3.example").verifier();
    let keys = [ours.verifier(), third];
    assert_eq!(note.verify(&keys).unwrap().len(), 2);
    assert!(note.verify(&[]).is_err());
}

#[test]
fn a_false_signature_of_a_known_key_spoils_the_note() {
    let (ours, witness) = (signer("example.com/log"), signer("witness.example"));
    let mut note = Note::sign("text\n", &ours).unwrap();
    let other = Note::sign("another text\n", &witness).unwrap();
    let line = other.to_string().lines().last().unwrap().to_owned();
    note = Note::parse(&format!("{note}{line}\n")).unwrap();
    assert!(note.verify(&[ours.verifier()]).is_ok(), "the witness is unknown");
    assert!(note.verify(&[ours.verifier(), witness.verifier()]).is_err(), "the witness is known");
}

#[test]
fn a_name_or_an_id_alone_does_not_make_a_key_known() {
    let key = signer("example.com/log");
    let text = Note::sign("text\n", &key).unwrap().to_string();
    let same_name = SignerKey::from_secret(KeyName::new("example.com/log").unwrap(), &[7; 32]);
    let note = Note::parse(&text).unwrap();
    assert!(note.verify(&[same_name.verifier()]).is_err());
    assert!(note.verify(&[same_name.verifier(), key.verifier()]).is_ok());
    let renamed = Note::parse(&text.replace("\u{2014} example.com/log", "\u{2014} example.com/lag")).unwrap();
    assert!(renamed.verify(&[key.verifier()]).is_err());
}

#[test]
fn malformed_notes_are_refused() {
    let cases = [
        String::new(),
        "text\n".to_owned(),
        "text\n\n".to_owned(),
        NOTE.trim_end().to_owned(),
        format!("{NOTE}\n"),
        format!("{NOTE}trailing\n"),
        NOTE.replace('\u{2014}', "-"),
        NOTE.replace("/foo Uw", "/foo  Uw"),
        NOTE.replace("yaQM=", "yaQN="),
        NOTE.replace("yaQM=", "yaQM"),
        NOTE.replace("an example", "an\texample"),
        NOTE.replace('\n', "\r\n"),
        "text\n\n\u{2014} example.com/foo Uw2QOg==\n".to_owned(),
        format!("text\n\n{}", "\u{2014} example.com/foo Uw2QOkn8\n".repeat(101)),
        format!("{}\n\n\u{2014} example.com/foo Uw2QOkn8\n", "x".repeat(1 << 20)),
    ];
    for note in cases {
        assert!(Note::parse(&note).is_err(), "{:?}", note.chars().take(80).collect::<String>());
    }
    assert!(Note::sign("no newline", &signer("x")).is_err());
    assert!(Note::sign("a\u{0}b\n", &signer("x")).is_err());
}

#[test]
fn a_text_may_hold_empty_lines() {
    let key = signer("example.com/log");
    let text = "one\n\ntwo\n\n\u{2014} not a signature\n\nthree\n";
    let note = Note::parse(&Note::sign(text, &key).unwrap().to_string()).unwrap();
    assert_eq!(note.text(), text);
    assert!(note.verify(&[key.verifier()]).is_ok());
}

#[test]
fn checkpoints_sign_and_open() {
    let key = signer("example.com/log");
    let note = Checkpoint::sign(head(), &key).unwrap();
    let checkpoint = Checkpoint::open(&Note::parse(&note.to_string()).unwrap(), &key.verifier()).unwrap();
    assert_eq!((checkpoint.head, checkpoint.origin.as_str()), (head(), "example.com/log"));
    let foreign = Note::sign(checkpoint.to_string().replace("/log", "/other"), &key).unwrap();
    assert!(Checkpoint::open(&foreign, &key.verifier()).is_err(), "another log's checkpoint under our key");
}

#[test]
fn malformed_checkpoints_are_refused() {
    let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
    assert!(Checkpoint::parse(&format!("o\n0\n{root}\n")).is_ok());
    assert_eq!(Checkpoint::parse(&format!("o\n1\n{root}\nmore\n")).unwrap().extensions, ["more"]);
    let cases = [
        format!("o\n1\n{root}"),
        format!("\n1\n{root}\n"),
        format!("o\n01\n{root}\n"),
        format!("o\n+1\n{root}\n"),
        format!("o\n-1\n{root}\n"),
        format!("o\n18446744073709551616\n{root}\n"),
        format!("o\n\n{root}\n"),
        format!("o\n1\n{root}\n\n"),
        "o\n1\n\n".to_owned(),
        "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxqw==\n".to_owned(),
        "o\n1\n".to_owned(),
    ];
    for text in cases {
        assert!(Checkpoint::parse(&text).is_err(), "{text:?}");
    }
}

proptest! {
    #[test]
    fn a_checkpoint_changed_in_any_byte_is_refused(place in any::<prop::sample::Index>(), new in any::<u8>()) {
        let key = signer("example.com/log");
        let mut bytes = Checkpoint::sign(head(), &key).unwrap().to_string().into_bytes();
        let place = place.index(bytes.len());
        prop_assume!(bytes[place] != new);
        bytes[place] = new;
        let opened = String::from_utf8(bytes)
            .ok()
            .and_then(|text| Note::parse(&text).ok())
            .and_then(|note| Checkpoint::open(&note, &key.verifier()).ok());
        prop_assert_eq!(opened, None);
    }

    #[test]
    fn notes_read_back(lines in prop::collection::vec("[^\u{0}-\u{1f}]{0,20}", 1..6)) {
        let key = signer("example.com/log");
        let text = lines.join("\n") + "\n";
        let note = Note::sign(text, &key).unwrap();
        prop_assert_eq!(&Note::parse(&note.to_string()).unwrap(), &note);
    }
}

#[test]
fn openssl_agrees_about_keys_and_signatures() {
    if Command::new("openssl").arg("version").output().is_err() {
        println!("skipped: no openssl here");
        return;
    }
    let folder = std::env::temp_dir().join(format!("tw-notes-{}", hex::encode(random_bytes::<8>())));
    std::fs::create_dir_all(&folder).unwrap();
    let key = signer("example.com/log");
    let note = Checkpoint::sign(head(), &key).unwrap();
    let file = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).unwrap();
    file("text", note.text().as_bytes());
    file("sig", &note.signatures()[0].signature);
    file("log.pem", key.verifier().to_pem().unwrap().as_bytes());
    file("secret.pem", key.to_pem().unwrap().as_bytes());
    let openssl =
        |args: &str| Command::new("openssl").args(args.split(' ')).current_dir(&folder).output().unwrap();
    let verify = "pkeyutl -verify -pubin -inkey log.pem -rawin -in text -sigfile sig";
    assert!(openssl(verify).status.success());
    let der = openssl("pkey -pubin -in log.pem -outform DER").stdout;
    assert_eq!(Digest::of(&der), key.verifier().fingerprint().unwrap());
    assert_eq!(openssl("pkey -in secret.pem -pubout -outform DER").stdout, der);
    file("text", b"another text\n");
    assert!(!openssl(verify).status.success(), "openssl must be able to refuse");
    let made = openssl("genpkey -algorithm ed25519").stdout;
    assert!(SignerKey::from_pem(KeyName::new("x").unwrap(), &String::from_utf8(made).unwrap()).is_ok());
    std::fs::remove_dir_all(&folder).unwrap();
}
