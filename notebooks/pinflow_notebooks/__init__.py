"""Cleaning and queries of the Pinterest pipeline, as functions on Spark frames.

The notebooks beside this package only read their parameters and call `cleaning_run.clean_landing` or
`queries.answer_queries`. Everything here runs on Spark 4.0 and 4.1 as on newer ones, classic and Connect.
"""
