/* SPDX-License-Identifier: MIT */

/* kinds.h - the kinds of value that keys take; the fields' types stand behind. */
#pragma once

#include "conf/keys.h"

extern const struct kind kind_bool; /* bool: yes, no */
extern const struct kind kind_maybe; /* int, enum maybe: the same, or not set */
extern const struct kind kind_choice; /* int: the number of the word */
extern const struct kind kind_count; /* unsigned, from 1: "how many" */
extern const struct kind kind_rate; /* struct rate */
extern const struct kind kind_prefix; /* struct source_prefix */
extern const struct kind kind_span; /* uint64_t, microseconds */
extern const struct kind kind_seconds; /* struct span, whole seconds */
extern const struct kind kind_milliseconds; /* struct span, whole milliseconds */
extern const struct kind kind_size; /* uint64_t, bytes; 0: not set */
extern const struct kind kind_mode; /* unsigned, octal */
extern const struct kind kind_rights; /* struct integer, octal */
extern const struct kind kind_signal; /* int */
extern const struct kind kind_level; /* int, a priority of syslog(3) */
extern const struct kind kind_log; /* struct log_setting */
extern const struct kind kind_facility; /* int, as syslog(3) takes it */
extern const struct kind kind_syslog_name; /* char *, printable */
extern const struct kind kind_word; /* char * */
extern const struct kind kind_path; /* char *, absolute */
extern const struct kind kind_list; /* struct words; "+" first extends */
extern const struct kind kind_paths; /* struct words, absolute */
extern const struct kind kind_hours; /* struct words, see base/hours.h */
extern const struct kind kind_command; /* struct words */
extern const struct kind kind_refuse; /* struct refuse */
extern const struct kind kind_limit_number; /* struct limit */
extern const struct kind kind_limit_bytes; /* struct limit */
extern const struct kind kind_limit_seconds; /* struct limit */
extern const struct kind kind_size; /* uint64_t, bytes */
extern const struct kind kind_integer; /* struct integer, may be negative */
extern const struct kind kind_names; /* struct words, of variables */
extern const struct kind kind_assignments; /* struct words, NAME=VALUE */
extern const struct kind kind_environment_files; /* struct words, [-]absolute */
extern const struct kind kind_origins; /* struct origin_list, or @FILE; "+" extends */
extern const struct kind kind_environment_from; /* struct origin_list, with variables */

/* For the files that define them: the reason why a value is refused, the value
 * escaped and cut; returns 1. */
int kind_refused(struct text *why, const char *what, const char *value);

/* One reason more, where a value has several: each is a line of the text. */
void kind_add_reason(struct text *why, const char *reason);

/* Split a value into words; 0, 1 with the reason, or -ENOMEM. */
struct words;
int kind_split(const char *value, struct words *words, struct text *why);

/* Read a list whose words a function may refuse, by saying what they are; "+" as
 * the first word extends the list that the field holds. */
typedef const char *kind_word_check(const char *word);
int kind_set_list(const char *value, void *field, kind_word_check *check,
		  struct text *why);
void kind_show_list(const struct key *key, const void *field, struct text *text);
void kind_clear_words(void *field);

/* Could it be the name of a variable?  What is wrong with NAME=VALUE, or NULL?  And do
 * two of those name the same? */
bool kind_is_name(const char *word);
const char *kind_assignment_problem(const char *word);
bool kind_same_variable(const char *a, const char *b);
