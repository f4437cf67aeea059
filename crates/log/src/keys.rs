//! The log's Ed25519 key: note key ids, verifier keys (vkey), PEM for openssl, fingerprint, saving and loading.
//!
//! C2SP signed-note v1.0.0, RFC 8032, RFC 8410. No input or output in here; bytes come and go.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::spki::der::zeroize::Zeroizing;
use ed25519_dalek::pkcs8::{
    DecodePrivateKey as _, EncodePrivateKey as _, EncodePublicKey as _, KeypairBytes,
};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};

use foundation::ids::random_bytes;
use foundation::{Digest, Error, Result};

/// Signature type byte of plain Ed25519 note signatures.
const ED25519: u8 = 0x01;

/// The name of a note key: a log's origin, a witness. Non-empty, without spaces, plus or control characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KeyName(String);

impl KeyName {
    /// Takes a name that a note may carry; a URL without schema is the usual form, e.g. `example.com/log42`.
    pub fn new(name: impl Into<String>) -> Result<Self> {
        let name = name.into();
        let bad = |c: char| c.is_whitespace() || c.is_control() || c == '+';
        if name.is_empty() || name.contains(bad) {
            let why = "a key name is not empty and has no spaces, plus signs or control characters";
            return Err(Error::invalid("key_name", why));
        }
        Ok(Self(name))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A public key under a name: what a verifier trusts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    name: KeyName,
    key: VerifyingKey,
}

impl VerifierKey {
    /// Reads a vkey: `name+hex(key id)+base64(0x01 || public key)`.
    pub fn parse(vkey: &str) -> Result<Self> {
        let bad = |why: &str| Error::invalid("vkey", why.to_owned());
        // The base64 part may hold plus signs itself; names and hex cannot.
        let mut parts = vkey.splitn(3, '+');
        let (Some(name), Some(id), Some(material)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(bad("expected name+keyid+key"));
        };
        let material = STANDARD.decode(material).map_err(|_| bad("the key is not base64"))?;
        let Some((&ED25519, public)) = material.split_first() else {
            return Err(bad("only keys of type 1 (Ed25519) are known here"));
        };
        let public: &[u8; 32] = public.try_into().map_err(|_| bad("an Ed25519 key has 32 bytes"))?;
        let key = VerifyingKey::from_bytes(public).map_err(|_| bad("the key is no point of Ed25519"))?;
        let verifier = Self { name: KeyName::new(name)?, key };
        if hex::encode(verifier.id()) != id {
            return Err(bad("the key id is not that of this name and key"));
        }
        Ok(verifier)
    }

    /// The name.
    pub fn name(&self) -> &KeyName {
        &self.name
    }

    /// The first four bytes of `SHA-256(name || 0x0A || 0x01 || public key)`.
    pub fn id(&self) -> [u8; 4] {
        let Digest([a, b, c, d, ..]) =
            Digest::of_parts(&[self.name.0.as_bytes(), b"\n", &[ED25519], self.key.as_bytes()]);
        [a, b, c, d]
    }

    /// Whether `signature` (64 bytes) over `message` is this key's. Weak keys and points never pass.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature).is_ok_and(|s| self.key.verify_strict(message, &s).is_ok())
    }

    /// The public key as PEM (`SubjectPublicKeyInfo`), as `openssl pkeyutl -verify -pubin -rawin` takes it.
    pub fn to_pem(&self) -> Result<String> {
        self.key.to_public_key_pem(LineEnding::LF).map_err(Error::internal)
    }

    /// SHA-256 of the public key's DER (`SubjectPublicKeyInfo`): the fingerprint to publish and compare, in hex.
    /// It does not depend on the name: `openssl pkey -pubin -in log.pem -outform DER | sha256sum`.
    pub fn fingerprint(&self) -> Result<Digest> {
        Ok(Digest::of(self.key.to_public_key_der().map_err(Error::internal)?.as_bytes()))
    }
}

/// The vkey text.
impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let material = [&[ED25519], self.key.as_bytes().as_slice()].concat();
        write!(f, "{}+{}+{}", self.name, hex::encode(self.id()), STANDARD.encode(material))
    }
}

/// A secret key under a name: what signs checkpoints. Never printed.
#[derive(Clone)]
pub struct SignerKey {
    name: KeyName,
    key: SigningKey,
}

impl SignerKey {
    /// A new random key.
    pub fn generate(name: KeyName) -> Self {
        Self::from_secret(name, &random_bytes())
    }

    /// The key of 32 secret bytes (RFC 8032's seed).
    pub fn from_secret(name: KeyName, secret: &[u8; 32]) -> Self {
        Self { name, key: SigningKey::from_bytes(secret) }
    }

    /// Loads PKCS#8 PEM, as [`SignerKey::to_pem`] or `openssl genpkey -algorithm ed25519` writes it.
    pub fn from_pem(name: KeyName, pem: &str) -> Result<Self> {
        let key = SigningKey::from_pkcs8_pem(pem).map_err(|e| {
            Error::invalid("signing_key", format!("not an unencrypted Ed25519 key in PKCS#8 PEM: {e}"))
        })?;
        Ok(Self { name, key })
    }

    /// The secret key as PKCS#8 PEM; wiped from memory when dropped.
    ///
    /// Version 1, without the public key: OpenSSL before 3.2 reads no other.
    pub fn to_pem(&self) -> Result<Zeroizing<String>> {
        let pair = KeypairBytes { secret_key: self.key.to_bytes(), public_key: None };
        pair.to_pkcs8_pem(LineEnding::LF).map_err(Error::internal)
    }

    /// The 32 secret bytes, for sealing them.
    pub fn secret(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.key.to_bytes())
    }

    /// The same key under another name, as after a restore.
    #[must_use]
    pub fn renamed(&self, name: KeyName) -> Self {
        Self { name, key: self.key.clone() }
    }

    /// The public half.
    pub fn verifier(&self) -> VerifierKey {
        VerifierKey { name: self.name.clone(), key: self.key.verifying_key() }
    }

    /// Signs bytes: 64 bytes by RFC 8032.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.key.sign(message).to_bytes()
    }
}

impl fmt::Debug for SignerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignerKey({})", self.verifier())
    }
}
