//! Methods that types of the standard library have themselves. They come before those of traits and of what the type
//! dereferences to, so that they name nothing of the workspace.
//!
//! Source: the documentation of `std`. Only stable methods with a receiver, and of numbers only those that somebody may
//! give a trait of their own.

use super::super::defs::{Interner, Sym};
use rustc_hash::FxHashSet;

/// Pairs of a type and a method that it has, as far as the workspace uses both names.
pub(super) fn table(interner: &Interner) -> FxHashSet<(Sym, Sym)> {
    let mut table = FxHashSet::default();
    for (types, methods) in METHODS {
        let methods: Vec<Sym> = methods.split_whitespace().filter_map(|m| interner.find(m)).collect();
        for ty in types.split(' ').filter_map(|ty| interner.find(ty)) {
            table.extend(methods.iter().map(|method| (ty, *method)));
        }
    }
    table
}

/// Types, and the methods of each of them.
const METHODS: &[(&str, &str)] = &[
    ("Box Rc Arc Cow", "as_ref clone cmp eq fmt hash ne partial_cmp"),
    // What `lock` gives may have to be unwrapped first.
    ("MutexGuard", "expect map_err ok unwrap unwrap_or_else"),
    ("Pin", "as_mut as_ref clone cmp eq fmt get_mut get_ref hash ne partial_cmp set"),
    ("State Data Extension Json Query Path Form", "clone"),
    (
        "String",
        "\
         as_bytes as_mut_str as_mut_vec as_str capacity clear clone drain extend_from_within insert \
         insert_str into_boxed_str into_bytes is_empty leak len pop push push_str remove replace_range \
         reserve reserve_exact retain shrink_to shrink_to_fit split_off truncate try_reserve \
         try_reserve_exact",
    ),
    (
        "str",
        "\
         as_bytes as_bytes_mut as_mut_ptr as_ptr bytes ceil_char_boundary char_indices chars contains \
         encode_utf16 ends_with eq_ignore_ascii_case escape_debug escape_default escape_unicode find \
         floor_char_boundary get get_mut into_boxed_bytes into_string is_ascii is_char_boundary is_empty \
         len lines lines_any make_ascii_lowercase make_ascii_uppercase match_indices matches parse repeat \
         replace replacen rfind rmatch_indices rmatches rsplit rsplit_once rsplit_terminator rsplitn \
         split split_ascii_whitespace split_at split_at_checked split_at_mut split_at_mut_checked \
         split_inclusive split_once split_terminator split_whitespace splitn starts_with strip_prefix \
         strip_suffix to_ascii_lowercase to_ascii_uppercase to_lowercase to_uppercase trim trim_ascii \
         trim_ascii_end trim_ascii_start trim_end trim_end_matches trim_left trim_left_matches \
         trim_matches trim_right trim_right_matches trim_start trim_start_matches",
    ),
    (
        "Vec",
        "\
         append as_mut_ptr as_mut_slice as_ptr as_slice capacity clear clone dedup dedup_by dedup_by_key \
         drain extend_from_slice extend_from_within extract_if insert insert_mut into_boxed_slice \
         into_flattened is_empty leak len pop pop_if push push_mut remove reserve reserve_exact resize \
         resize_with retain retain_mut set_len shrink_to shrink_to_fit spare_capacity_mut splice \
         split_off swap_remove truncate try_reserve try_reserve_exact",
    ),
    (
        "[]",
        "\
         align_to align_to_mut array_windows as_array as_flattened as_flattened_mut as_mut_array \
         as_mut_ptr as_mut_ptr_range as_ptr as_ptr_range binary_search binary_search_by \
         binary_search_by_key chunk_by chunk_by_mut chunks chunks_exact chunks_exact_mut chunks_mut \
         clone_from_slice concat connect contains copy_from_slice copy_within element_offset ends_with \
         eq_ignore_ascii_case escape_ascii fill fill_with first first_chunk first_chunk_mut first_mut get \
         get_mut into_vec is_ascii is_empty is_sorted is_sorted_by is_sorted_by_key iter iter_mut join \
         last last_chunk last_chunk_mut last_mut len make_ascii_lowercase make_ascii_uppercase \
         partition_point rchunks rchunks_exact rchunks_exact_mut rchunks_mut repeat reverse rotate_left \
         rotate_right rsplit rsplit_mut rsplitn rsplitn_mut sort sort_by sort_by_cached_key sort_by_key \
         split split_at split_at_checked split_at_mut split_at_mut_checked split_first split_first_chunk \
         split_first_chunk_mut split_first_mut split_inclusive split_inclusive_mut split_last \
         split_last_chunk split_last_chunk_mut split_last_mut split_mut split_off split_off_first \
         split_off_first_mut split_off_last split_off_last_mut split_off_mut splitn splitn_mut \
         starts_with strip_prefix strip_suffix swap swap_with_slice to_ascii_lowercase to_ascii_uppercase \
         to_vec trim_ascii trim_ascii_end trim_ascii_start utf8_chunks windows write_clone_of_slice \
         write_copy_of_slice",
    ),
    (
        "VecDeque",
        "\
         append as_mut_slices as_slices back back_mut binary_search binary_search_by binary_search_by_key \
         capacity clear clone contains drain front front_mut get get_mut insert insert_mut is_empty iter \
         iter_mut len make_contiguous partition_point pop_back pop_back_if pop_front pop_front_if \
         push_back push_back_mut push_front push_front_mut range range_mut remove reserve reserve_exact \
         resize resize_with retain retain_mut rotate_left rotate_right shrink_to shrink_to_fit split_off \
         swap swap_remove_back swap_remove_front truncate try_reserve try_reserve_exact",
    ),
    (
        "Option",
        "\
         and and_then as_deref as_deref_mut as_mut as_mut_slice as_pin_mut as_pin_ref as_ref as_slice \
         clone cloned copied expect filter flatten get_or_insert get_or_insert_default get_or_insert_with \
         insert inspect is_none is_none_or is_some is_some_and iter iter_mut map map_or map_or_else ok_or \
         ok_or_else or or_else replace take take_if transpose unwrap unwrap_or unwrap_or_default \
         unwrap_or_else unzip xor zip",
    ),
    (
        "Result",
        "\
         and and_then as_deref as_deref_mut as_mut as_ref clone cloned copied err expect expect_err \
         flatten inspect inspect_err is_err is_err_and is_ok is_ok_and iter iter_mut map map_err map_or \
         map_or_else ok or or_else transpose unwrap unwrap_err unwrap_or unwrap_or_default unwrap_or_else",
    ),
    (
        "HashMap BTreeMap",
        "\
         clear clone contains_key drain entry extract_if first_key_value get get_key_value get_mut insert \
         into_keys into_values is_empty iter iter_mut keys last_key_value len range remove remove_entry \
         reserve retain values values_mut",
    ),
    (
        "HashSet BTreeSet",
        "\
         clear clone contains difference drain extract_if first get insert intersection is_empty \
         is_subset is_superset iter last len range remove replace reserve retain symmetric_difference \
         take union",
    ),
    (
        "Iterator",
        "\
         all any by_ref chain clone cloned cmp collect copied count cycle enumerate eq filter filter_map \
         find find_map flat_map flatten fold for_each fuse ge gt inspect into_iter is_sorted is_sorted_by \
         is_sorted_by_key last le len lt map map_while max max_by max_by_key min min_by min_by_key ne \
         next next_back nth partial_cmp partition peek peekable position product reduce rev rfind rfold \
         rposition scan size_hint skip skip_while step_by sum take take_while try_fold try_for_each unzip \
         zip",
    ),
    ("bool", "clone then then_some"),
    (
        "char",
        "\
         clone encode_utf16 encode_utf8 eq_ignore_ascii_case escape_debug escape_default escape_unicode \
         is_alphabetic is_alphanumeric is_ascii is_ascii_alphabetic is_ascii_alphanumeric \
         is_ascii_control is_ascii_digit is_ascii_graphic is_ascii_hexdigit is_ascii_lowercase \
         is_ascii_punctuation is_ascii_uppercase is_ascii_whitespace is_control is_digit is_lowercase \
         is_numeric is_uppercase is_whitespace len_utf16 len_utf8 make_ascii_lowercase \
         make_ascii_uppercase to_ascii_lowercase to_ascii_uppercase to_digit to_lowercase to_uppercase",
    ),
    (
        "u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64",
        "\
         abs abs_diff abs_sub acos acosh asin asinh atan atan2 atanh cast_signed cast_unsigned cbrt ceil \
         checked_abs checked_add checked_add_signed checked_add_unsigned checked_div checked_div_euclid \
         checked_ilog checked_ilog10 checked_ilog2 checked_isqrt checked_mul checked_pow checked_rem \
         checked_rem_euclid checked_shl checked_shr checked_signed_diff checked_sub checked_sub_signed \
         checked_sub_unsigned clamp classify clone copysign cos cosh count_ones count_zeros div_ceil \
         div_euclid exp exp2 exp_m1 floor fract hypot ilog ilog10 ilog2 is_finite is_infinite \
         is_multiple_of is_nan is_normal is_positive is_power_of_two is_sign_positive is_subnormal isqrt \
         leading_ones leading_zeros ln ln_1p log log10 log2 max midpoint min mul_add next_down \
         next_multiple_of next_power_of_two next_up overflowing_abs overflowing_add \
         overflowing_add_signed overflowing_add_unsigned overflowing_div overflowing_div_euclid \
         overflowing_mul overflowing_pow overflowing_rem overflowing_rem_euclid overflowing_shl \
         overflowing_shr overflowing_sub overflowing_sub_signed overflowing_sub_unsigned pow powf powi \
         recip rem_euclid reverse_bits rotate_right round round_ties_even saturating_abs saturating_add \
         saturating_add_signed saturating_add_unsigned saturating_div saturating_mul saturating_pow \
         saturating_sub saturating_sub_signed saturating_sub_unsigned signum sin sin_cos sinh sqrt \
         swap_bytes tan tanh to_bits to_degrees to_int_unchecked to_radians total_cmp trailing_ones \
         trailing_zeros trunc unsigned_abs wrapping_abs wrapping_add wrapping_add_signed \
         wrapping_add_unsigned wrapping_div wrapping_div_euclid wrapping_mul wrapping_pow wrapping_rem \
         wrapping_rem_euclid wrapping_shl wrapping_shr wrapping_sub wrapping_sub_signed \
         wrapping_sub_unsigned",
    ),
];
