//! A certificate for `127.0.0.1` and the authority that has made it, by the command line of OpenSSL.

use std::path::Path;
use std::process::Command;

/// The names of the files.
pub(crate) const AUTHORITY: &str = "authority.crt";
pub(crate) const CERTIFICATE: &str = "server.crt";
pub(crate) const KEY: &str = "server.key";

const AUTHORITY_KEY: &str = "authority.key";
const REQUEST: &str = "server.csr";
const NAMES: &str = "names";

/// Makes the files in a folder.
pub(crate) fn make(folder: &Path) {
    std::fs::write(folder.join(NAMES), "subjectAltName=IP:127.0.0.1").expect("a file");
    let key = ["-newkey", "rsa:2048", "-nodes"];
    let authority = ["-keyout", AUTHORITY_KEY, "-out", AUTHORITY, "-subj", "/CN=authority"];
    let server = ["-keyout", KEY, "-out", REQUEST, "-subj", "/CN=server"];
    openssl(folder, &[["req", "-x509"].as_slice(), &key, &authority].concat());
    openssl(folder, &[["req"].as_slice(), &key, &server].concat());
    let signed = ["-CA", AUTHORITY, "-CAkey", AUTHORITY_KEY, "-CAcreateserial", "-extfile", NAMES];
    let files = ["x509", "-req", "-in", REQUEST, "-out", CERTIFICATE];
    openssl(folder, &[files.as_slice(), &signed].concat());
}

fn openssl(folder: &Path, arguments: &[&str]) {
    let made = Command::new("openssl").args(arguments).current_dir(folder).output();
    let made = made.expect("openssl runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}
