//! The expected values are those of DRF 3.18's `MultiPartParser` on Django 5.2. `name=a` in the table
//! stands for the whole header of a field.

use crate::data::Value;
use std::cell::Cell;
use std::future::Future;

use bytes::Bytes;
use proptest::prelude::*;

use super::*;
use crate::error::{Error, Result};

mod bounds;

/// On a runtime of its own.
pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    match tokio::runtime::Builder::new_current_thread().build() {
        Ok(runtime) => runtime.block_on(future),
        Err(error) => unreachable!("no runtime: {error}"),
    }
}

/// Pieces of a body, and how many bytes were asked for.
struct Pieces<'a, I> {
    pieces: I,
    taken: &'a Cell<usize>,
}

impl<I: Iterator<Item = Bytes>> Chunks for Pieces<'_, I> {
    async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        let piece = self.pieces.next();
        self.taken.update(|taken| taken + piece.as_ref().map_or(0, Bytes::len));
        Ok(piece)
    }
}

fn decoded(
    pieces: impl Iterator<Item = Bytes>,
    limits: &MultipartLimits,
) -> Result<FormData, FormError> {
    let source = Pieces { pieces, taken: &Cell::new(0) };
    run(decode("multipart/form-data; boundary=b", Charset::UTF_8, source, limits))
}

/// `a=1|2; a<f.txt:text/plain>=content`: the fields, then the files.
fn told(form: Result<FormData, FormError>) -> String {
    let form = match form {
        Ok(form) => form,
        Err(error) => return error.to_string(),
    };
    let fields = form.iter().map(|(name, values)| {
        let values: Vec<_> = values.iter().filter_map(Value::as_str).collect();
        format!("{name}={}", values.join("|"))
    });
    let files = form.files().flat_map(|(name, files)| files.iter().map(move |file| (name, file)));
    let files = files.map(|(name, file)| {
        let content = run(file.bytes()).unwrap_or_default();
        let (file, kind) = (file.name(), file.content_type());
        format!("{name}<{file}:{kind}>={}", String::from_utf8_lossy(&content))
    });
    fields.chain(files).collect::<Vec<_>>().join("; ")
}

fn told_of(body: &str, piece: usize) -> String {
    let pieces = body.as_bytes().chunks(piece).map(Bytes::copy_from_slice);
    told(decoded(pieces, &MultipartLimits::default()))
}

fn part(head: &str, content: &str) -> String {
    let head = head.replace("name=a", "Content-Disposition: form-data; name=a");
    format!("--b\r\n{head}\r\n\r\n{content}\r\n")
}

#[test]
fn the_content_type_must_have_a_boundary() {
    let long = "x".repeat(202);
    let table = [
        ("multipart/form-data", "boundary in multipart: None"),
        ("multipart/form-data; boundary=\"\"", "boundary in multipart: "),
        ("multipart/form-data; boundary=\"a b \"", "boundary in multipart: a b "),
        ("multipart/form-data; boundary*=nope''b", "boundary in multipart: None"),
        (&format!("multipart/x; boundary={long}"), &format!("boundary in multipart: {long}")),
        ("Multipart/form-data; boundary=b", "Content-Type: Multipart/form-data; boundary=b"),
        ("multipart/x; boundary=ä", "non-ASCII Content-Type in multipart: multipart/x; boundary=ä"),
    ];
    for (content_type, what) in table {
        let expected = format!("Multipart form parse error - Invalid {what}");
        assert_eq!(boundary(content_type).map_err(|error| error.to_string()), Err(expected));
    }
    for content_type in ["multipart/x; boundary=\"a b\"", "multipart/x;BOUNDARY*=''a%20b"] {
        assert_eq!(boundary(content_type).ok().as_deref(), Some("a b"));
    }
}

#[test]
fn a_body_is_read_as_by_django() {
    let end = "--b--\r\n";
    let table = [
        (part("name=a", "x") + &part("name=a", "") + &part("name=a ; c", "y") + end, "a=x||y"),
        (part("Content-Disposition:x; NAME= \" a\t\" ", "x") + end, "a=x"),
        (part("Content-Disposition: x; name=\"\"", "x") + end, "=x"),
        // Without an end: fields are kept, a file that nothing follows is not.
        (part("name=a", "x"), "a=x\r\n"),
        (part("name=a; filename=f", "x"), ""),
        (part("name=a; filename=f", "x") + "--b", ""),
        (part("name=a; filename=f", "x") + "--b-", "a<f:>=x"),
        ("--b".to_owned(), ""),
        (String::new(), ""),
        // Around the boundaries.
        ("junk\r\n".to_owned() + &part("name=a", "x") + end + "junk", "a=x"),
        (part("name=a", "x").replace("x\r\n", "x\n") + end, "a=x"),
        (part("name=a", "x").replace("x\r\n", "x\r") + end, "a=x"),
        (part("name=a", "x--by") + end, "a=x"),
        (end.to_owned() + &part("name=a", "x")[5..], "a=x\r\n"),
        (part("name=a", "").replace("\r\n\r\n\r\n", "\r\n\r\n") + end, ""),
        (part("name=a", "x").replace("\r\n", "\n") + end, ""),
        // Parts without a name.
        (part("X: y", "x") + &part("name=a", "x") + end, "a=x"),
        (part("Content-Disposition: form-data", "x") + &part("name=a", "x") + end, "a=x"),
        // No header goes on in the next line.
        (part("name=a;\r\n filename=f", "x") + end, "a=x"),
        // Files.
        (part("name=a; filename=\"\"", "x") + end, "a=x"),
        (part("name=a; filename=\"..\"", "x") + end, ""),
        (part("Content-Disposition: x; name=\"\"; filename=f", "x") + end, ""),
        (
            part("name=a; filename=\"C:\\dir\\&#97;.txt\"\r\nContent-Type: Text/Plain;c=d", "x")
                + end,
            "a<a.txt:text/plain>=x",
        ),
        (part("name=a; filename*=utf-8''%C3%A4.txt", "x") + end, "a<ä.txt:>=x"),
    ];
    for (body, expected) in table {
        for piece in [1, 3, usize::MAX] {
            assert_eq!(told_of(&body, piece), expected, "{body}");
        }
    }
}

#[test]
fn base64_is_decoded() {
    let wrong = "Multipart form parse error - Could not decode base64 data.";
    let field = "name=a\r\nContent-Transfer-Encoding: BASE64";
    let file = "name=a; filename=f\r\nContent-Transfer-Encoding: base64";
    let table = [
        (field, "w6Q=", "a=ä"),
        (field, "w*6\r\nQ==x", "a=ä"),
        (field, "w6Q", "a=w6Q"),
        (file, "Y W\r\nJj\r\nZA==", "a<f:>=abcd"),
        (file, "YWJjZ", wrong),
        (file, "YWJj=", wrong),
        (file, "Y*Jj", wrong),
    ];
    for (head, content, expected) in table {
        for piece in [1, 5, usize::MAX] {
            assert_eq!(told_of(&(part(head, content) + "--b--"), piece), expected, "{content}");
        }
    }
}

#[test]
fn names_and_values_are_in_the_charset() {
    let body = part("name=aé", "\u{e4}") + "--b--";
    let pieces = std::iter::once(Bytes::from(body));
    let source = Pieces { pieces, taken: &Cell::new(0) };
    let limits = MultipartLimits::default();
    let form = run(decode("multipart/x; boundary=b", Charset::LATIN_1, source, &limits));
    assert_eq!(told(form), "aÃ©=Ã¤");
}

/// Bodies of multipart, and bodies near to it.
fn near_multipart() -> impl Strategy<Value = Vec<u8>> {
    let words = [
        "--b\r\n",
        "\r\n--b\r\n",
        "\r\n--b--",
        "--b",
        "-",
        "\r\n",
        "\r\n\r\n",
        "\r",
        "\n",
        "YWJj",
        "=",
        "Content-Disposition: x; name=a",
        "; filename=f.txt",
        "x",
        "Content-Transfer-Encoding: base64",
    ];
    let word = proptest::sample::select(words.to_vec()).prop_map(|word| word.as_bytes().to_vec());
    let long = (900..1100_usize).prop_map(|length| vec![b'y'; length]);
    let any = proptest::collection::vec(any::<u8>(), 0..4);
    proptest::collection::vec(prop_oneof![12 => word, 1 => any, 1 => long], 0..24)
        .prop_map(|words| words.concat())
}

proptest! {
    #[test]
    fn any_split_of_a_body_is_the_same_form(
        body in near_multipart(), ends in proptest::collection::vec(0..400_usize, 0..40),
    ) {
        let body = Bytes::from(body);
        let whole = told(decoded(std::iter::once(body.clone()), &MultipartLimits::default()));
        let mut rest = body;
        let mut pieces: Vec<Bytes> =
            ends.into_iter().map(|end| rest.split_to(end.min(rest.len()))).collect();
        pieces.push(rest);
        let limits = MultipartLimits { memory_limit: 3, ..MultipartLimits::default() };
        prop_assert_eq!(told(decoded(pieces.into_iter(), &limits)), whole);
    }
}
