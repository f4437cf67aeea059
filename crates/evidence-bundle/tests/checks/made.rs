//! A bundle made by hand: a log of a few records, two of them about a step that was judged.

use std::collections::HashMap;

use evidence_bundle::{Files, VERIFY_MD, VERIFY_SH, files, seal};
use foundation::{ActorKind, Digest, Error, Result, Timestamp};
use tlog::checkpoint::Checkpoint;
use tlog::inclusion::prove_inclusion;
use tlog::keys::{KeyName, SignerKey};
use tlog::leaf::Leaf;
use tlog::note::Note;
use tlog::proof::TlogProof;
use tlog::tree::{Frontier, NodeId, NodeSource, leaf_hash};
use trust_score::csv::{HEADER, RECOMPUTE_AWK};

pub const INPUT: &str = "{\"part\":\"A42\"}";
pub const OUTPUT: &str = "{\"quantity\":0,\"note\":\"default after timeout of 5 s – é\"}\n";

/// The image that the evidence was pinned as: it names its bodies by digest.
pub fn image() -> String {
    let (input, output) = (Digest::of(INPUT.as_bytes()), Digest::of(OUTPUT.as_bytes()));
    format!("name stock_lookup\ninput {input}\noutput {output}\n")
}

/// One record of the log: kind and data, or nothing but its leaf when it belongs to another order.
pub struct Record {
    pub kind: &'static str,
    pub data: String,
    pub ours: bool,
}

impl Record {
    pub fn new(kind: &'static str, data: String) -> Self {
        Self { kind, data, ours: true }
    }

    fn body(&self) -> Vec<u8> {
        format!("{{\"actor_name\":\"Mei Kato\",\"data\":{}}}", self.data).into_bytes()
    }
}

pub fn started() -> Record {
    Record::new(
        "work_order.log_added.v1",
        "{\"type\":\"work_order.log_added.v1\",\"title\":\"Started\",\"lines\":[\"says \\\"quoted\\\" things\"]}"
            .to_owned(),
    )
}

pub fn pinned() -> Record {
    let pin = format!("{{\"trace\":\"0af7\",\"observation\":\"b7ad\",\"revision\":\"{}\"}}", revision());
    Record::new(
        "audit.evidence_pinned.v1",
        format!("{{\"type\":\"audit.evidence_pinned.v1\",\"why\":\"verdict\",\"pins\":[{pin}]}}"),
    )
}

pub fn judged() -> Record {
    Record::new(
        "audit.verdict_given.v1",
        format!(
            "{{\"type\":\"audit.verdict_given.v1\",\"verdict\":{{\"id\":\"verdict-1\",\"claim\":\"claim-1\",\
             \"outcome\":\"supported\",\"relation\":\"independent\",\"quotes\":[{}],\"checks\":[],\"reason\":null,\
             \"comment\":\"seen\",\"supersedes\":null}}}}",
            quote("timeout of 5 s – é")
        ),
    )
}

pub fn stated() -> Record {
    Record::new(
        "audit.claim_stated.v1",
        format!(
            "{{\"type\":\"audit.claim_stated.v1\",\"claim\":{{\"id\":\"claim-3\",\
             \"target\":{{\"on\":\"step\",\"id\":\"step-1\"}},\"place\":\"1\",\"text\":\"The lookup timed out\",\
             \"materiality\":0,\"quote\":{}}}}}",
            quote("default after timeout")
        ),
    )
}

pub fn erased() -> Record {
    Record::new(
        "traces.erased.v1",
        "{\"run\":\"run-1\",\"why\":\"asked\",\"traces\":[],\"observations\":1,\"scores\":0}".to_owned(),
    )
}

fn exported() -> Record {
    Record::new("bundle.exported.v1", "{\"work_order\":\"WO-2026-001\",\"layout\":1}".to_owned())
}

/// A quote as a verdict carries it, of words that stand in [`OUTPUT`].
fn quote(words: &str) -> String {
    let (start, body) = (OUTPUT.find(words).unwrap(), Digest::of(OUTPUT.as_bytes()));
    format!(
        "{{\"evidence\":{{\"trace_id\":\"0af7\",\"observation_id\":\"b7ad\",\"field\":\"output\",\
         \"body_digest\":\"{body}\",\"quote\":{{\"type\":\"TextQuoteSelector\",\"exact\":\"{words}\",\"prefix\":\"\",\
         \"suffix\":\"\"}},\"position\":{{\"type\":\"TextPositionSelector\",\"start\":0,\"end\":1}}}},\
         \"revision\":\"{}\",\"byte_start\":{start},\"byte_length\":{},\"digest\":\"{}\"}}",
        revision(),
        words.len(),
        Digest::of(words.as_bytes())
    )
}

/// The line of `quotes.tsv` for words that the record at this place quotes.
pub fn quote_line(index: u64, words: &str) -> String {
    let (start, body) = (OUTPUT.find(words).unwrap(), Digest::of(OUTPUT.as_bytes()));
    format!("{index}\t{body}\t{start}\t{}\t{}\n", words.len(), Digest::of(words.as_bytes()))
}

pub fn revision() -> Digest {
    Digest::of(image().as_bytes())
}

/// A bundle and the key its log signs with.
pub struct Made {
    pub files: Files,
    key: SignerKey,
}

impl Made {
    pub fn fingerprint(&self) -> Digest {
        self.key.verifier().fingerprint().unwrap()
    }

    /// The files changed by somebody who holds the log's key: only the steps after the second can notice.
    pub fn resealed(&self, change: impl FnOnce(&mut Files)) -> Files {
        let mut files = self.files.clone();
        change(&mut files);
        seal(&mut files, &self.key);
        files
    }

    /// One text put in place of another, once, and the list signed anew.
    pub fn edited(&self, path: &str, from: &str, to: &str) -> Files {
        self.resealed(|files| {
            let text = String::from_utf8(files[path].clone()).unwrap();
            assert!(text.contains(from), "{path}: {text}");
            files.insert(path.to_owned(), text.replacen(from, to, 1).into_bytes());
        })
    }

    /// One file put in, and the list signed anew.
    pub fn with(&self, path: &str, bytes: impl Into<Vec<u8>>) -> Files {
        self.resealed(|files| drop(files.insert(path.to_owned(), bytes.into())))
    }
}

/// Start, another order's record, pin and verdict, whatever else, and the export: the last record is number 4 + `more`.
pub fn made(more: Vec<Record>) -> Made {
    let other = Record { ours: false, ..Record::new("account.noise.v1", "{}".to_owned()) };
    let mut records = vec![started(), other, pinned(), judged()];
    records.extend(more);
    records.push(exported());
    let key = SignerKey::from_secret(KeyName::new("example.org/log").unwrap(), &[7; 32]);
    let mut files = Files::new();
    let mut put = |path: &str, bytes: &[u8]| drop(files.insert(path.to_owned(), bytes.to_vec()));
    put(files::SCRIPT, VERIFY_SH.as_bytes());
    put(files::PAGE, VERIFY_MD.as_bytes());
    put(files::PEM, key.verifier().to_pem().unwrap().as_bytes());
    put(files::VKEY, format!("{}\n", key.verifier()).as_bytes());
    put(files::PINS, format!("2\t{}\n", revision()).as_bytes());
    put(files::ERASED, b"");
    put(files::QUOTES, quote_line(3, "timeout of 5 s – é").as_bytes());
    put(&format!("revisions/{}", revision()), image().as_bytes());
    for body in [INPUT, OUTPUT] {
        put(&format!("bodies/{}", Digest::of(body.as_bytes())), body.as_bytes());
    }
    put_score(&mut put);
    put_records(&records, &key, &mut put);
    seal(&mut files, &key);
    Made { files, key }
}

/// Two claims that matter twice as much as the least, one of them supported by the verdict: R = 2, S = 0, M = 2.
fn put_score(put: &mut impl FnMut(&str, &[u8])) {
    put(files::POLICY, b"{}");
    put(files::RECOMPUTE, RECOMPUTE_AWK.as_bytes());
    let rows = "1,2,3,human,supported,independent,1000,1000,1000,1000,1,1,counted,claim-1,verdict-1,mei,human\n\
                2,2,,,,,0,0,0,0,0,0,unexamined,claim-2,,,\n";
    put(files::INPUTS, format!("{HEADER}\n{rows}").as_bytes());
    // E = (2 + 1) / (2 + 2), C = 2 / 4, K = 2 / 4; T is Wilson's bound for 2 successes and 1 failure.
    put(
        files::RESULT,
        b"{\"parameters\":{\"mu\":500,\"prior\":500,\"prior_weight\":2000,\"z_squared\":\"2.705543454095404\"},\
          \"score\":{\"assured\":2535,\"confidence\":5000,\"coverage\":5000,\"expected\":7500},\"version\":\"twscore/1\"}",
    );
}

fn put_records(records: &[Record], key: &SignerKey, put: &mut impl FnMut(&str, &[u8])) {
    let mut tree = Tree::default();
    let leaves: Vec<Vec<u8>> = (0..).zip(records).map(|(index, record)| leaf(index, record)).collect();
    leaves.iter().for_each(|leaf| tree.append(leaf));
    let checkpoint = Checkpoint::sign(tree.frontier.head(), key).unwrap();
    put(files::CHECKPOINT, checkpoint.to_string().as_bytes());
    for ((index, record), leaf) in (0..).zip(records).zip(&leaves).filter(|((_, record), _)| record.ours) {
        put(&files::leaf(index), leaf);
        put(&files::proof(index), tree.proof(index, &checkpoint).to_string().as_bytes());
        put(&files::body(index), &record.body());
        put(&files::salt(index), &salt(index));
    }
}

fn salt(index: u64) -> [u8; 32] {
    Digest::of(&index.to_be_bytes()).0
}

fn leaf(index: u64, record: &Record) -> Vec<u8> {
    let leaf = Leaf {
        v: 1,
        kind: record.kind.to_owned(),
        id: format!("event-{index}"),
        project: "1".to_owned(),
        subject: "audit/0198-order".to_owned(),
        actor: "system".to_owned(),
        actor_kind: ActorKind::System,
        at: Timestamp(1_795_251_600_000_000),
        body: Digest::commitment(&salt(index), &record.body()),
        refs: Vec::new(),
        prev: None,
    };
    leaf.to_bytes().unwrap()
}

#[derive(Default)]
struct Tree {
    nodes: HashMap<NodeId, Digest>,
    frontier: Frontier,
}

impl Tree {
    fn append(&mut self, leaf: &[u8]) {
        self.nodes.extend(self.frontier.append(leaf_hash(leaf)).unwrap());
    }

    fn proof(&mut self, index: u64, checkpoint: &Note) -> TlogProof {
        let size = self.frontier.size();
        let hashes = prove_inclusion(self, index, size).unwrap();
        TlogProof { extra: None, index, hashes, checkpoint: checkpoint.clone() }
    }
}

impl NodeSource for Tree {
    fn node(&mut self, level: u8, index: u64) -> Result<Digest> {
        self.nodes.get(&NodeId { level, index }).copied().ok_or_else(|| Error::internal("no such node"))
    }
}
