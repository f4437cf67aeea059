//! Media: pictures, sound and files that traces speak of, kept once per project in object storage.
//!
//! A client announces length, type and SHA-256, gets an address of our own to PUT the bytes to (signed, short-lived,
//! no key needed), and writes `@@@langfuseMedia:type=..|id=..|source=..@@@` into the body where the bytes were. The id
//! is the first 132 bits of the SHA-256, so the body, which the ledger's receipts cover, vouches for the bytes: an
//! upload needs no event of its own. Nothing is stored whose length or digest is not the announced one.
//!
//! For pages: [`model::references`] finds the references in a text, [`reads::find`] tells whether the bytes are there,
//! and `<img src="/media/{id}">` shows them to whoever is signed in to the project ([`model::is_shown_inline`] says
//! which types a browser may show; the rest is offered as a file).
//! For erasure: [`store::erase_of_traces`] inside the transaction, then [`actions::forget`] with what it gave.

pub mod actions;
pub mod addresses;
pub mod blobs;
pub mod leftovers;
pub mod model;
pub mod pages;
pub mod range;
pub mod reads;
pub mod store;
pub mod token;
