//! Secrets of webhooks and signatures with them, as Standard Webhooks write both. Pure but for the making of a secret.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::foundation::ids::random_bytes;
use crate::people::secrets::secret_hmac;

/// How a secret begins.
const PREFIX: &str = "whsec_";

/// A new secret: 256 random bits.
pub fn new_secret() -> String {
    format!("{PREFIX}{}", STANDARD.encode(random_bytes::<32>()))
}

/// `v1,…` of one message under one secret; none where the secret is not one of ours.
pub fn signature(secret: &str, id: &str, seconds: i64, body: &str) -> Option<String> {
    let key: [u8; 32] = STANDARD.decode(secret.strip_prefix(PREFIX)?).ok()?.try_into().ok()?;
    let mac = secret_hmac(&key, &format!("{id}.{seconds}.{body}"));
    Some(format!("v1,{}", STANDARD.encode(mac)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_the_one_that_another_program_makes() {
        // `printf 'msg_1.1614265330.{"a":1}' | openssl dgst -sha256 -mac HMAC -macopt hexkey:0001…1f -binary | base64`
        let key: Vec<u8> = (0..32).collect();
        let secret = format!("whsec_{}", STANDARD.encode(key));
        let made = signature(&secret, "msg_1", 1_614_265_330, r#"{"a":1}"#).unwrap();
        assert_eq!(made, "v1,glGkvNcadkg5eS0kC1lHn//MXDsMAhfgJN70uXXgt2s=");
        assert_eq!(signature("whsec_short", "msg_1", 1, ""), None);
        assert_eq!(signature("secret", "msg_1", 1, ""), None);
        assert!(signature(&new_secret(), "msg_1", 1, "").is_some());
        assert_ne!(new_secret(), new_secret());
    }
}
