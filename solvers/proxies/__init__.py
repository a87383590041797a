"""Learned proxies: answers to what-if questions that carry a certificate; torch is needed to train and ask them."""
