//! The expected values are those of CPython 3.11's codecs and of DRF 3.18.

use proptest::prelude::*;

use super::*;

fn charset(name: &str) -> Charset {
    Charset::named(name).ok().flatten().unwrap_or_default()
}

fn read(name: &str, bytes: &[u8]) -> String {
    charset(name).read(bytes).map_or_else(|error| error.to_string(), Cow::into_owned)
}

#[test]
fn a_name_is_known_in_any_case_and_punctuation() {
    let table = [
        ("UTF8", Codec::Utf8),
        ("--utf  8--", Codec::Utf8),
        ("U8", Codec::Utf8),
        ("utf-8-sig", Codec::Utf8Sig),
        ("UTF_16LE", Codec::Utf16(Some(Endian::Little))),
        ("utf32", Codec::Utf32(None)),
        ("646", Codec::Ascii),
        ("L1", Codec::Latin1),
        ("ISO-8859-1", Codec::Latin1),
        ("iso 8859 2", Codec::SingleByte(encoding_rs::ISO_8859_2, Quirk::None)),
        ("Windows-1252", Codec::SingleByte(encoding_rs::WINDOWS_1252, Quirk::Windows)),
        ("SJIS", Codec::MultiByte(encoding_rs::SHIFT_JIS, "shift_jis")),
        ("ms949", Codec::MultiByte(encoding_rs::EUC_KR, "cp949")),
    ];
    for (name, codec) in table {
        assert_eq!(Charset::named(name), Ok(Some(Charset(codec))), "{name}");
    }
    for name in ["", "nope", "utf.8", "mbcs", "aliases"] {
        assert_eq!(Charset::named(name), Ok(None), "{name}");
    }
}

#[test]
fn the_content_type_tells_the_charset() {
    let table = [
        ("application/json", Codec::Utf8),
        ("application/json; charset=nope", Codec::Utf8),
        ("application/json; x=y ; CHARSET = \"Latin_1\"", Codec::Latin1),
        ("application/json; charset*=utf-8''utf-16", Codec::Utf16(None)),
        // Django fails at this.
        ("application/json; charset*=nope''utf-16", Codec::Utf8),
    ];
    for (content_type, codec) in table {
        assert_eq!(Charset::of_content_type(content_type), Ok(Charset(codec)), "{content_type}");
    }
    for name in ["hex", "ROT13", "bz2", "undefined", "utf-7", "cp437"] {
        let refused = Charset::of_content_type(&format!("text/plain; charset=\"{name}\""));
        let expected = format!("Unsupported charset \"{name}\" in request Content-Type header.");
        assert_eq!(refused.map_err(|error| error.to_string()), Err(expected));
    }
}

#[test]
#[rustfmt::skip]
fn bytes_that_mean_nothing_are_told_as_by_the_codec() {
    let table: [(&str, &[u8], &str); 14] = [
        ("ascii", b"\xff", "'ascii' codec can't decode byte 0xff in position 0: ordinal not in range(128)"),
        ("cp1252", b"a\x81", "'charmap' codec can't decode byte 0x81 in position 1: character maps to <undefined>"),
        ("utf-8-sig", b"\xef\xbb\xbf\"\xc3\xa4\xff", "'utf-8' codec can't decode byte 0xff in position 3: invalid start byte"),
        ("utf-16", b"1\0", "UTF-16 stream does not start with BOM"),
        ("utf-16", b"\0\xdc1\0", "'utf-16-le' codec can't decode bytes in position 0-1: illegal encoding"),
        ("utf-16", b"\xff\xfe1\0\0\xd81\0", "'utf-16-le' codec can't decode bytes in position 4-5: illegal UTF-16 surrogate"),
        ("utf-16", b"\xfe\xff\xdc\0\x001", "'utf-16-be' codec can't decode bytes in position 2-3: illegal encoding"),
        ("utf-32", b"1\0\0\0", "UTF-32 stream does not start with BOM"),
        ("utf-32", b"\xff\xfe\0\0\0\xd8\0\0", "'utf-32-le' codec can't decode bytes in position 4-7: code point in surrogate code point range(0xd800, 0xe000)"),
        ("utf-32-be", b"\0\x11\0\0", "'utf-32-be' codec can't decode bytes in position 0-3: code point not in range(0x110000)"),
        ("shift_jis", b"a\xff", "'shift_jis' codec can't decode byte 0xff in position 1: illegal multibyte sequence"),
        ("big5", b"\xffa", "'big5' codec can't decode byte 0xff in position 0: illegal multibyte sequence"),
        ("iso2022_jp", b"a\xff", "'iso2022_jp' codec can't decode byte 0xff in position 1: illegal multibyte sequence"),
        ("gb18030", b"a\x81\xff", "'gb18030' codec can't decode bytes in position 1-2: illegal multibyte sequence"),
    ];
    for (name, bytes, expected) in table {
        assert_eq!(read(name, bytes), expected);
    }
}

#[test]
fn what_the_end_cuts_off_is_never_read() {
    let table: [(&str, &[u8], &str); 12] = [
        ("utf-8", b"1\xe2\x82", "1"),
        ("utf-8-sig", b"\xef\xbb", ""),
        ("utf-8-sig", b"\xef\xbb\xbf\xed\xa0", ""),
        ("utf-8-sig", b"\xef\xbb\xbf\xef\xbb\xbf1", "\u{feff}1"),
        ("utf-16", b"\xff", ""),
        ("utf-16", b"\xff\xfe1\0\0\xd8", "1"),
        ("utf-16", b"\xfe\xff\x001\xd8\0\xdc", "1"),
        ("utf-16-be", b"\xd8\0\0", ""),
        ("utf-16-le", b"\xff\xfe1\0", "\u{feff}1"),
        ("utf-32", b"\xff\xfe", ""),
        ("utf-32", b"\0\0\xfe\xff\0\0\x001\0\x10", "1"),
        ("utf-32-le", b"\0\xf6\x01\0\0\xd8", "\u{1f600}"),
    ];
    for (name, bytes, expected) in table {
        assert_eq!(read(name, bytes), expected, "{name} {bytes:?}");
    }
}

#[test]
fn each_single_byte_charset_has_the_table_of_cpython() {
    // FNV-1a over the code points of the bytes from 0x80, U+FFFD where there is none.
    let table = [
        ("cp866", 0xe80a_00cc_88b8_82bd),
        ("iso8859_2", 0x1fe3_5a76_8abe_df4e),
        ("iso8859_3", 0xf88d_cc0b_67d9_bf44),
        ("iso8859_4", 0x40f9_a75e_46c1_7d41),
        ("iso8859_5", 0xb1ec_712a_a17a_51c1),
        ("iso8859_6", 0x1fd1_d863_7f72_a259),
        ("iso8859_7", 0x91a5_3d82_e031_7a7f),
        ("iso8859_8", 0x24e2_30d5_08f3_8234),
        ("iso8859_9", 0xdc58_3119_9f92_15ca),
        ("iso8859_10", 0x586c_45b5_8997_516e),
        ("iso8859_11", 0xb788_0d11_0e1e_a611),
        ("iso8859_13", 0x99c1_e41f_17f1_140c),
        ("iso8859_14", 0x971d_a2c2_fa53_0684),
        ("iso8859_15", 0x036b_5261_7878_4987),
        ("iso8859_16", 0xcff2_a0b6_5412_10eb),
        ("koi8_r", 0x90a9_7fc4_a62a_f069),
        ("koi8_u", 0x8e99_e47a_8f85_395a),
        ("mac_roman", 0xfcf2_f2b7_35bc_ffe8),
        ("mac_cyrillic", 0x5899_7254_5f2f_6e02),
        ("cp874", 0x4775_f4d0_2490_001d),
        ("cp1250", 0x84a4_6948_5cf2_50ba),
        ("cp1251", 0x875f_4381_219f_9208),
        ("cp1252", 0xa961_0d27_bd3d_4208),
        ("cp1253", 0x6ba9_e414_a6f9_6fca),
        ("cp1254", 0x22f4_d422_72c9_3ae0),
        ("cp1255", 0x9036_2e8e_ccc2_1475),
        ("cp1256", 0x9db2_4ae2_cec2_23e0),
        ("cp1257", 0x1aca_c0cb_ecfb_6ffd),
        ("cp1258", 0x77f1_7e49_63c0_ada5),
    ];
    let bytes: Vec<u8> = (0x80..=0xff).collect();
    for (name, expected) in table {
        let text = charset(name).decode_lossy(&bytes);
        let hash = text.chars().fold(0xcbf2_9ce4_8422_2325_u64, |hash, char| {
            (hash ^ u64::from(char)).wrapping_mul(0x100_0000_01b3)
        });
        assert_eq!(hash, expected, "{name}: {text}");
    }
}

#[test]
fn latin_1_is_not_windows_1252() {
    assert_eq!(read("latin-1", b"\x80\xff"), "\u{80}ÿ");
    assert_eq!(read("cp1252", b"\x80\xff"), "€ÿ");
    assert_eq!(read("shift_jis", b"\x93\xfa\x96\x7b"), "日本");
}

proptest! {
    #[test]
    fn any_bytes_are_answered_in_any_charset(bytes in proptest::collection::vec(any::<u8>(), 0..24)) {
        for (_, codec, _) in names::KNOWN {
            let charset = Charset(*codec);
            let text = charset.decode_lossy(&bytes);
            if let Ok(decoded) = charset.decode(&bytes) {
                prop_assert_eq!(&decoded, &text);
            }
            drop(charset.read(&bytes));
        }
    }

    #[test]
    fn text_comes_back(text in any::<String>()) {
        let utf_16: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        prop_assert_eq!(read("utf-16-be", &utf_16), text.as_str());
        let utf_32: Vec<u8> = text.chars().flat_map(|char| u32::from(char).to_le_bytes()).collect();
        prop_assert_eq!(read("utf-32-le", &utf_32), text.as_str());
    }
}
