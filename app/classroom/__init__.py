"""What an educator does: classes and their people, assignments, review and release; every act is kept."""
