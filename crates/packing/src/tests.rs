//! Packs are read back as they were filled, whatever they share.

use std::collections::HashMap;

use proptest::prelude::*;

use super::refs::{Header, Refs};
use super::*;
use foundation::Digest;
use trace_model::{ArrivalKind, Body, BodyForm, RecordForm};

fn body(role: BodyRole, bytes: &[u8]) -> Body {
    Body::new(role, BodyForm::Json, bytes.to_vec())
}

#[test]
fn equal_bodies_are_stored_once_and_big_ones_set_aside() {
    let mut builder = PackBuilder::new(PackId([7; 16]), 10);
    let image = builder.add(Role::Image, b"{}");
    let one = builder.add_body(&body(BodyRole::Input, b"same"));
    let two = builder.add_body(&body(BodyRole::Output, b"same"));
    let big = builder.add_body(&body(BodyRole::TraceInput, b"longer than ten"));
    let (pack, blobs) = builder.finish().unwrap();
    assert_eq!((pack.raw_len, one.place, blobs.len()), (6, two.place, 1));
    let mut load = |_| Ok((pack.bytes.clone(), 6));
    let mut packs = Packs::default();
    assert_eq!(packs.bytes(&image, &mut load).unwrap().unwrap(), b"{}");
    assert_eq!(packs.bytes(&two, &mut load).unwrap().unwrap(), b"same");
    assert_eq!(packs.bytes(&big, &mut load).unwrap(), None);
}

proptest! {
    #[test]
    fn references_read_back(
        places in prop::collection::vec((0..4_u8, 0..4_u8, any::<u64>(), any::<u64>(), any::<[u8; 32]>()), 0..8),
        event_id in prop::option::of(".{0,20}"),
        event_ns in any::<i64>(),
        with_header in any::<bool>(),
    ) {
        let pieces = places.into_iter().map(|(role, pack, offset, len, digest)| {
            let role = if role == 0 { Role::Image } else { Role::from_code(role).unwrap() };
            let place = match pack {
                    0 => Place::Blob,
                    3 => Place::List(PackId([1; 16]), offset),
                    pack => Place::Pack(PackId([pack; 16]), offset),
                };
            let named = BodyRef { digest: Digest(digest), len, form: BodyForm::Text, truthy: len % 2 == 0 };
            Piece { role, place, len, body: matches!(role, Role::Body(_)).then_some(named) }
        });
        let header = with_header.then(|| Header {
            kind: ArrivalKind::Span, form: RecordForm::Protobuf, mapping: 300, event_ns, event_id,
            digest: Digest([3; 32]),
        });
        let refs = Refs { header, pieces: pieces.collect() };
        let bytes = refs.encode();
        prop_assert_eq!(Refs::decode(&bytes).unwrap(), refs);
        for cut in 0..bytes.len() {
            prop_assert!(Refs::decode(&bytes[..cut]).is_err());
        }
    }
}

/// Packs by name, as a database keeps them.
#[derive(Default)]
struct Stored(HashMap<PackId, Pack>);

impl Stored {
    fn keep(&mut self, builder: PackBuilder<'_>, shared: &mut Shared) -> PackId {
        let (pack, _) = builder.finish().unwrap();
        if let Some(directory) = &pack.directory {
            shared.add(pack.id, directory).unwrap();
        }
        let id = pack.id;
        self.0.insert(id, pack);
        id
    }

    fn read(&self, piece: &Piece) -> (Content, usize) {
        let mut loads = 0;
        let mut load = |id: PackId| {
            loads += 1;
            let pack = &self.0[&id];
            Ok((pack.bytes.clone(), i64::try_from(pack.raw_len).unwrap()))
        };
        let content = Packs::default().content(piece, &mut load).unwrap();
        (content, loads)
    }

    fn bytes(&self) -> usize {
        self.0.values().map(|pack| pack.bytes.len() + pack.directory.as_ref().map_or(0, Vec::len)).sum()
    }
}

fn name(n: usize) -> PackId {
    let mut name = [0; 16];
    name[..8].copy_from_slice(&n.to_be_bytes());
    PackId(name)
}

fn message(n: usize) -> String {
    let words: Vec<String> =
        (0..12).map(|word| Digest::of(format!("{n}.{word}").as_bytes()).to_hex()[..9].to_owned()).collect();
    format!(r#"{{"role":"user","content":"{}"}}"#, words.join(" "))
}

fn conversation(messages: std::ops::Range<usize>) -> Vec<u8> {
    format!("[{}]", messages.map(message).collect::<Vec<_>>().join(", ")).into_bytes()
}

/// Each turn in a pack of its own; gives the bytes stored and the raw bytes sent.
fn resend(turns: usize, is_shared: bool) -> (usize, usize) {
    let (mut stored, mut shared, mut raw) = (Stored::default(), Shared::default(), 0);
    let mut kept = Vec::new();
    for turn in 0..turns {
        let offer = shared.clone();
        let mut builder = PackBuilder::new(name(turn), 1 << 18).sharing(is_shared.then_some(&offer));
        let bodies = [
            Body::new(BodyRole::Input, BodyForm::Json, conversation(0..2 * turn + 1)),
            Body::new(BodyRole::Output, BodyForm::Json, message(2 * turn + 1).into_bytes()),
        ];
        for body in bodies {
            raw += body.bytes.len();
            kept.push((builder.add_body(&body), body));
        }
        stored.keep(builder, &mut shared);
    }
    for (piece, body) in &kept {
        let (content, loads) = stored.read(piece);
        assert_eq!(content.whole().as_ref(), Some(&body.bytes));
        assert!(loads <= turns);
    }
    (stored.bytes(), raw)
}

#[test]
fn a_conversation_sent_again_and_again_costs_what_is_new_in_it() {
    let (alone, raw) = resend(60, false);
    let (once, _) = resend(60, true);
    let (twice, _) = resend(120, true);
    let (four, _) = resend(240, true);
    println!(
        "60 turns: sent {raw}, each by itself {alone}, shared {once}; 120 turns {twice}; 240 turns {four}"
    );
    assert!(
        once * 8 < alone && twice * 10 < once * 23 && four * 10 < twice * 25,
        "{alone} {once} {twice} {four}"
    );
}

#[test]
fn big_pieces_of_a_body_in_parts_are_set_aside() {
    let big = format!(r#"{{"role":"user","content":"{}"}}"#, "x".repeat(500));
    let text = format!("[{},{big},{}]", message(1), message(2));
    let mut builder = PackBuilder::new(name(1), 400);
    let piece = builder.add_body(&body(BodyRole::Input, text.as_bytes()));
    let (pack, blobs) = builder.finish().unwrap();
    assert_eq!(blobs, [(Digest::of(big.as_bytes()), big.clone().into_bytes())]);
    let mut load = |_| Ok((pack.bytes.clone(), i64::try_from(pack.raw_len).unwrap()));
    let content = Packs::default().content(&piece, &mut load).unwrap();
    let [Chunk::Bytes(head), Chunk::Blob(digest, _), Chunk::Bytes(tail)] = &content.chunks[..] else {
        panic!("{content:?}")
    };
    assert_eq!((*digest, [head.as_slice(), big.as_bytes(), tail].concat()), (blobs[0].0, text.into_bytes()));
    assert_eq!(content.whole(), None);
}

#[test]
fn references_of_the_first_form_read_on() {
    let mut bytes = vec![1, 0, 1];
    bytes.extend([9; 16]);
    bytes.extend([1, 10, 1, 5, 7]);
    let refs = Refs::decode(&bytes).unwrap();
    let place = Place::Pack(PackId([9; 16]), 5);
    assert_eq!(refs.pieces, [Piece { role: Role::Image, place, len: 7, body: None }]);
}

#[test]
fn damaged_packs_and_lists_are_errors() {
    let mut builder = PackBuilder::new(name(1), 1 << 18);
    let piece = builder.add_body(&body(BodyRole::Input, &conversation(0..20)));
    let (pack, _) = builder.finish().unwrap();
    let raw = zstd::bulk::decompress(&pack.bytes, usize::try_from(pack.raw_len).unwrap()).unwrap();
    for at in 0..raw.len() {
        let mut other = raw.clone();
        other[at] ^= 0x55;
        let bytes = zstd::bulk::compress(&other[..raw.len() - at % 3], 1).unwrap();
        let mut load = |_| Ok((bytes.clone(), i64::try_from(raw.len()).unwrap()));
        // An error, or other bytes, which their digest gives away; never a panic.
        if let Ok(content) = Packs::default().content(&piece, &mut load) {
            assert_ne!(content.whole().map(|b| Digest::of(&b)), Some(piece.body.unwrap().digest), "{at}");
        }
    }
}

proptest! {
    /// Whatever bodies came in whatever packs, each reads back byte for byte.
    #[test]
    fn bodies_read_back(
        turns in prop::collection::vec(prop::collection::vec((0..3_usize, 0..12_usize, 0..14_usize), 1..3), 1..8),
        threshold in prop::sample::select(vec![100_usize, 1 << 18]),
    ) {
        let (mut stored, mut shared, mut kept, mut blobs) =
            (Stored::default(), Shared::default(), Vec::new(), HashMap::new());
        for (n, turn) in turns.into_iter().enumerate() {
            let offer = shared.clone();
            let mut builder = PackBuilder::new(name(n), threshold).sharing(Some(&offer));
            for (shape, from, count) in turn {
                let list = conversation(from..from + count);
                let bytes = match shape {
                    0 => list,
                    1 => [br#"{"seed":1, "messages":"#.as_slice(), &list, b"}\n"].concat(),
                    _ => message(from).into_bytes(),
                };
                let body = Body::new(BodyRole::Input, BodyForm::Json, bytes);
                kept.push((builder.add_body(&body), body));
            }
            let (pack, aside) = builder.finish().unwrap();
            blobs.extend(aside);
            if let Some(directory) = &pack.directory {
                shared.add(pack.id, directory).unwrap();
            }
            stored.0.insert(pack.id, pack);
        }
        for (piece, body) in kept {
            let chunks = stored.read(&piece).0.chunks;
            let bytes: Vec<u8> = chunks
                .into_iter()
                .flat_map(|chunk| match chunk {
                    Chunk::Bytes(bytes) => bytes,
                    Chunk::Blob(digest, _) => blobs[&digest].clone(),
                })
                .collect();
            prop_assert_eq!(bytes, body.bytes);
        }
    }
}
