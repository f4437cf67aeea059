//! The pieces of many things at once: every pack is read and unpacked once.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;

use crate::db::schema::packs;
use crate::db::{AnyConnection, each};
use crate::foundation::{Error, ProjectKey, Result};
use packing::{Content, PackId, Packs, Piece, Place, Refs, Role};
use trace_model::BodyRole;

use super::sent::sent_under;
use super::{ObservationFull, pack_bytes};
use wire::sent::Sent;

/// Packs in one statement.
const CHUNK: usize = 64;

/// A piece and its content, as far as the database holds it.
pub type Fetched = (Piece, Content);

/// Which pieces to read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pieces {
    /// The image: metadata, parameters, usage and cost as sent, prompt.
    pub image: bool,
    /// Input and output.
    pub bodies: bool,
    /// What the arrivals say beside: attributes, events, links, resource, scope.
    pub sent: bool,
}

impl Pieces {
    fn roles(self) -> Vec<Role> {
        let bodies = [BodyRole::Input, BodyRole::Output].map(Role::Body);
        let image = self.image.then_some(Role::Image);
        let record = self.sent.then_some(Role::Record);
        image.into_iter().chain(record).chain(bodies.into_iter().filter(|_| self.bodies)).collect()
    }
}

/// An observation with the pieces asked for.
#[derive(Debug)]
pub struct Detailed {
    /// Its columns.
    pub full: ObservationFull,
    /// The image of its newest revision.
    pub image: Option<Vec<u8>>,
    /// What it was given.
    pub input: Option<Fetched>,
    /// What came out.
    pub output: Option<Fetched>,
    /// What its arrivals say beside; empty when it was not asked for.
    pub sent: Sent,
}

/// Reads the pieces of these observations.
pub fn detailed(
    conn: &mut AnyConnection,
    project: ProjectKey,
    rows: Vec<ObservationFull>,
    wanted: Pieces,
) -> Result<Vec<Detailed>> {
    let roles = wanted.roles();
    let refs = rows.iter().map(ObservationFull::pieces).collect::<Result<Vec<_>>>()?;
    let pieces = pieces(conn, project, &refs, &roles)?;
    let (mut packs, mut all) = (Packs::default(), Vec::with_capacity(rows.len()));
    for ((full, refs), mut found) in rows.into_iter().zip(&refs).zip(pieces) {
        let mut take = |role| found.remove(&role_code(role));
        let record = take(Role::Record).and_then(|(_, content)| content.whole());
        let sent = match (&refs.header, record) {
            _ if !wanted.sent => Sent::default(),
            (Some(header), Some(record)) => Sent::read(header.form, &record).unwrap_or_default(),
            _ => {
                let of = (full.row.trace_id.as_str(), full.row.observation_id.as_str());
                sent_under(conn, project, of, refs, &mut packs)?
            }
        };
        all.push(Detailed {
            image: take(Role::Image).and_then(|(_, content)| content.whole()),
            input: take(Role::Body(BodyRole::Input)),
            output: take(Role::Body(BodyRole::Output)),
            sent,
            full,
        });
    }
    Ok(all)
}

/// The pieces in these roles, for each of the references.
pub fn pieces(
    conn: &mut AnyConnection,
    project: ProjectKey,
    refs: &[Refs],
    roles: &[Role],
) -> Result<Vec<HashMap<u8, Fetched>>> {
    let mut stored = stored_packs(conn, project, refs, roles, i64::MAX)?;
    let mut packs = Packs::default();
    let mut load = |pack: PackId| match stored.remove(&pack) {
        Some(found) => Ok(found),
        None => pack_bytes(conn, project, pack),
    };
    refs.iter()
        .map(|refs| {
            let found = roles.iter().filter_map(|role| refs.piece(*role));
            found
                .map(|piece| Ok((role_code(piece.role), (*piece, packs.content(piece, &mut load)?))))
                .collect()
        })
        .collect()
}

/// The same without what lies in packs that come to more than so many bytes when they are unpacked.
pub fn small_pieces(
    conn: &mut AnyConnection,
    project: ProjectKey,
    refs: &[Refs],
    roles: &[Role],
    most: i64,
) -> Result<Vec<HashMap<u8, Fetched>>> {
    let mut stored = stored_packs(conn, project, refs, roles, most)?;
    let mut packs = Packs::default();
    let mut load =
        |pack: PackId| stored.remove(&pack).ok_or_else(|| Error::not_found("a pack that is read for a list"));
    let mut all = Vec::with_capacity(refs.len());
    for refs in refs {
        let mut found = HashMap::new();
        for piece in roles.iter().filter_map(|role| refs.piece(*role)) {
            match packs.content(piece, &mut load) {
                Ok(content) => {
                    found.insert(role_code(piece.role), (*piece, content));
                }
                Err(Error::NotFound(_)) => {}
                Err(cause) => return Err(cause),
            }
        }
        all.push(found);
    }
    Ok(all)
}

/// A role as a key.
pub fn role_code(role: Role) -> u8 {
    match role {
        Role::Image => 10,
        Role::Record => 11,
        Role::Body(role) => role.code(),
    }
}

type Stored = HashMap<PackId, (Vec<u8>, i64)>;

fn stored_packs(
    conn: &mut AnyConnection,
    project: ProjectKey,
    refs: &[Refs],
    roles: &[Role],
    most: i64,
) -> Result<Stored> {
    let pieces = refs.iter().flat_map(|refs| roles.iter().filter_map(|role| refs.piece(*role)));
    let ids: HashSet<PackId> = pieces
        .filter_map(|piece| match piece.place {
            Place::Pack(pack, _) | Place::List(pack, _) => Some(pack),
            Place::Blob => None,
        })
        .collect();
    let ids: Vec<PackId> = ids.into_iter().collect();
    let mut stored = Stored::new();
    for chunk in ids.chunks(CHUNK) {
        let wanted = chunk.iter().map(|id| id.0.as_slice());
        let rows: Vec<(Vec<u8>, Vec<u8>, i64)> = each!(conn, |c| packs::table
            .filter(packs::project.eq(project))
            .filter(packs::pack.eq_any(wanted))
            .filter(packs::raw_len.le(most))
            .select((packs::pack, packs::bytes, packs::raw_len))
            .load(c))?;
        for (id, bytes, raw_len) in rows {
            stored.extend(id.try_into().ok().map(|id| (PackId(id), (bytes, raw_len))));
        }
    }
    Ok(stored)
}
